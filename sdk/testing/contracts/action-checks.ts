import type { Action } from '../../action/action.ts';
import { BackplaneError } from '../../errors/backplane-error.ts';
import type { Http } from '../../ports/http.ts';
import { asJson, checkSchema } from '../check-schema.ts';
import { type FakeHost, fakeHost } from '../fake-host.ts';
import { hostError } from '../host-errors.ts';
import { replyHttp } from '../reply-http.ts';
import { type Check, check, expectEqual, expectThat, rejection, within } from './check.ts';
import type { ContractOptions } from './contract-options.ts';

/** Milliseconds after which an action that was told to end must have ended. */
const PATIENCE = 1_000;

/** What every action promises. Those that speak HTTP must also tell failures that pass from those that stay. */
export function actionChecks(action: Action, options: ContractOptions): Check[] {
  const { name } = action;
  const given = options.actions?.[name] ?? {};
  const examples = (action.examples ?? []) as NonNullable<Action['examples']>;
  const input = (given.input ?? examples[0]?.input) as object | undefined;
  const speaksHttp = (action.uses ?? []).includes('http') || action.connections !== undefined;
  const host = (http: Http | undefined = given.http, manifest = options.manifest) =>
    fakeHost({
      ...options,
      ...given,
      ...(http === undefined ? {} : { http }),
      ...(manifest === undefined ? {} : { manifest }),
    });
  const own = (text: string, run: () => Promise<unknown>) => check(`${name}: ${text}`, run);
  const inputGiven = () => {
    expectThat(input !== undefined, 'it has neither an example nor an `input` in the options to be tried with');
    return input;
  };

  const checks = [
    own('what its schema makes of an example is stable', async () => {
      inputGiven();
      for (const example of examples) {
        const once = await valid(action, 'input', example.input);
        await valid(action, 'input', example.input);
        asJson(once);
        if (example.output === undefined || action.output === undefined) continue;
        const output = asJson(await valid(action, 'output', example.output));
        expectEqual(asJson(await valid(action, 'output', output)), output, 'its output, validated a second time');
      }
    }),
    own('its examples give what they say, in what its manifest asks for, and let no secret out', async () => {
      await using running = await host();
      for (const example of examples) {
        const output = await running.run(name, example.input as object);
        if (example.output !== undefined) expectEqual(output, asJson(example.output), `the example "${example.name}"`);
      }
      assertClean(running);
    }),
    own('it does not begin when it is cancelled already', async () => {
      await using running = await host();
      const signal = AbortSignal.abort();
      await rejection(running.run(name, inputGiven(), { signal }), 'a cancelled call');
      expectEqual(running.requests, [], 'requests of a cancelled call');
    }),
  ];
  if (!speaksHttp) return checks;

  return [
    ...checks,
    own('it ends when it is cancelled', async () => {
      const asked = Promise.withResolvers<void>();
      const silent: Http = {
        send() {
          asked.resolve();
          return new Promise(() => undefined);
        },
      };
      await using running = await host(silent);
      const stop = new AbortController();
      const work = running.run(name, inputGiven(), { signal: stop.signal });
      work.catch(() => undefined);
      await within(PATIENCE, Promise.race([asked.promise, work]), 'its first request');
      stop.abort();
      await within(PATIENCE, rejection(work, 'a call that was cancelled'), 'its end after being cancelled');
    }),
    own('a request that nobody answers is a failure that may pass', () =>
      failsLater({ send: () => Promise.reject(hostError('HTTP_PORT_TIMEOUT', 'No answer came in time.')) }),
    ),
    own('429 is a failure that may pass, not before Retry-After', async () => {
      const error = await failsLater(replyHttp(() => ({ status: 429, headers: { 'retry-after': '7' }, body: {} })));
      expectEqual(error.facts.retryAfterMs, 7_000, '`retryAfterMs` for `Retry-After: 7`');
    }),
    own('500 is a failure that may pass', async () => {
      await failsLater(replyHttp(() => ({ status: 500, body: {} })));
    }),
    own('a host that the manifest does not ask for ends it', async () => {
      const answers = replyHttp(() => ({ body: {} }));
      const nothing = { ...options.manifest, capabilities: { ...options.manifest?.capabilities, network: [] } };
      if (action.connections !== undefined && !(action.uses ?? []).includes('http')) return;
      await using running = await host(answers, options.manifest === undefined ? undefined : nothing);
      if (options.manifest === undefined) return;
      const error = await rejection(running.run(name, inputGiven()), 'a call to an undeclared host');
      expectEqual((error as BackplaneError).code, 'PLUGIN_NETWORK_REFUSED', 'the code of the refusal');
    }),
  ].filter(({ name: text }) => !(given.except ?? []).some((part) => text.includes(part)));

  async function failsLater(http: Http): Promise<BackplaneError> {
    await using running = await host(http);
    const error = await within(PATIENCE, rejection(running.run(name, inputGiven()), 'the call'), 'the call');
    expectThat(
      BackplaneError.is(error) && error.code !== 'PLUGIN_ACTION_THREW',
      `expected a coded error, found ${String(error)}`,
    );
    expectEqual(error.facts.retry, 'later', `\`retry\` of ${error.code}`);
    return error;
  }
}

async function valid(action: Action, side: 'input' | 'output', value: unknown): Promise<unknown> {
  const checked = await checkSchema(action[side], value);
  if ('problems' in checked) throw new Error(`an example does not fit \`${side}\`: ${checked.problems.join('; ')}`);
  return checked.value;
}

/** No request that the manifest does not ask for, no secret in logs, errors and outputs. Throws with what was found. */
export function assertClean(host: Pick<FakeHost, 'undeclaredCalls' | 'leakedSecrets'>): void {
  const undeclared = host.undeclaredCalls();
  expectThat(undeclared.length === 0, `requests that the manifest does not ask for: ${undeclared.join(', ')}`);
  const leaks = [...new Set(host.leakedSecrets())];
  expectThat(leaks.length === 0, `a secret got into ${leaks.join(', ')}`);
}
