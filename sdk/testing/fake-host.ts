import type { Action } from '../action/action.ts';
import { BackplaneError } from '../errors/backplane-error.ts';
import { contributionKind, contributionProblems } from '../host/contribution-problems.ts';
import { contributionName } from '../host/index-of.ts';
import { type AskedCapabilities, undeclaredCapabilities } from '../host/undeclared-capabilities.ts';
import { plainNumbers } from '../json/exact-json.ts';
import type { Dependencies } from '../plugin/dependency.ts';
import type { Plugin } from '../plugin/plugin.ts';
import type { Connection, ConnectionSlots } from '../ports/connection.ts';
import type { Http } from '../ports/http.ts';
import type { KeyValue } from '../ports/key-value.ts';
import type { Ports } from '../ports/ports.ts';
import { asJson, checkSchema } from './check-schema.ts';
import { hostError } from './host-errors.ts';
import { memoryKv } from './memory-kv.ts';
import { networkRules, type TestManifest } from './network-rules.ts';
import { secretForms } from './scrub.ts';
import { type TestClock, testClock } from './test-clock.ts';
import { type SentRequest, watchedHttp } from './watched-http.ts';

export interface FakeHostOptions {
  readonly plugin: Plugin;
  /** `plugin.json`, or the `backplane` field of package.json: then what it does not ask for is refused, as on a real host. */
  readonly manifest?: TestManifest;
  /** As in config/plugins.yaml. */
  readonly config?: unknown;
  /** Answers requests: `replyHttp`, `recordedHttp`. Absent: there is no network. */
  readonly http?: Http;
  readonly kv?: KeyValue;
  /** Secret name → key → value. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Connections by kind; the credential is the host's matter, so there is none here. */
  readonly connections?: Readonly<Record<string, Pick<Connection, 'account' | 'grantedScopes'>>>;
  /** Clients of other plugins, by plugin id. */
  readonly deps?: Readonly<Record<string, object>>;
  /** Any other port. */
  readonly ports?: Partial<Omit<Ports, 'http' | 'kv' | 'secrets'>>;
  readonly clock?: TestClock;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Counts from 1. */
  readonly attempt?: number;
  /** Milliseconds of real time; default the action's own limit, else 30,000. */
  readonly timeoutMs?: number;
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'progress';
  readonly message: string;
  readonly fields?: object;
}

/** A host for one plugin, without a host: same checks, same ports, same errors, all in this process. */
export interface FakeHost extends AsyncDisposable {
  /** Runs an action (or an alias of it) as a workflow would: arguments checked before, the result after. Rejects with coded errors only. */
  run(action: string, input?: object, options?: CallOptions): Promise<unknown>;
  readonly logs: readonly LogLine[];
  readonly requests: readonly SentRequest[];
  readonly clock: TestClock;
  /** Requests that the manifest does not ask for, as `POST https://…`. */
  undeclaredCalls(): string[];
  /** Where a secret got out: logs, errors, outputs; in any encoding. */
  leakedSecrets(): string[];
}

/** Brings a plugin up, its `start` included. Rejects where a real host would refuse it. */
export async function fakeHost(options: FakeHostOptions): Promise<FakeHost> {
  const { plugin, manifest, clock = testClock() } = options;
  refuseBroken(plugin, manifest);
  const kv = options.kv ?? memoryKv(clock);
  const logs: LogLine[] = [];
  const requests: SentRequest[] = [];
  const texts: { readonly where: string; readonly text: string }[] = [];
  const cleanups: (() => void | Promise<void>)[] = [];
  const stopping = new AbortController();
  const rules = networkRules(manifest);
  const line = (level: LogLine['level']) => (message: string, fields?: object) => {
    logs.push({ level, message, ...(fields === undefined ? {} : { fields }) });
    texts.push({ where: `a log line (${level})`, text: `${message} ${JSON.stringify(fields ?? {})}` });
  };
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };

  const config = await readConfig(plugin, options.config ?? {});
  const start = { config, log, signal: stopping.signal, defer: (cleanup: () => void) => cleanups.push(cleanup) };
  await plugin.start?.({
    ...start,
    ...portsOf(plugin.uses ?? [], '`start`', stopping.signal, {}),
    ...depsOf(plugin.deps),
  });

  return {
    logs,
    requests,
    clock,
    run,
    undeclaredCalls: () => requests.filter(({ declared }) => !declared).map(({ method, url }) => `${method} ${url}`),
    leakedSecrets() {
      const values = Object.values(options.secrets ?? {}).flatMap((keys) => Object.values(keys));
      const forms = values.flatMap(secretForms);
      return texts.filter(({ text }) => forms.some((form) => text.includes(form))).map(({ where }) => where);
    },
    async [Symbol.asyncDispose]() {
      stopping.abort();
      for (const cleanup of cleanups.reverse()) await cleanup();
    },
  };

  async function run(name: string, input: object = {}, given: CallOptions = {}): Promise<unknown> {
    const action = findAction(plugin, name);
    const limit = AbortSignal.timeout(given.timeoutMs ?? action.timeoutMs ?? 30_000);
    const signal = AbortSignal.any([limit, stopping.signal, ...(given.signal === undefined ? [] : [given.signal])]);
    try {
      const result = await withSignal(call(action, input, given.attempt ?? 1, signal), signal);
      texts.push({ where: `the result of ${name}`, text: JSON.stringify(result) ?? '' });
      return result;
    } catch (thrown) {
      const error = limit.aborted
        ? hostError('PLUGIN_LIMIT_WALL', `${name} was not done in time.`, thrown)
        : codedError(name, thrown);
      texts.push({ where: `an error of ${name}`, text: `${JSON.stringify(error)} ${String(error.cause ?? '')}` });
      throw error;
    }
  }

  async function call(action: Action, input: object, attempt: number, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const args = action.exactNumbers === true ? asJson(input) : plainNumbers(asJson(input));
    const checked = await checkSchema(action.input, args);
    if ('problems' in checked) throw hostError('INPUT_INVALID', `${action.name}: ${checked.problems.join('; ')}`);
    const result = await action.run({
      input: checked.value,
      run: { id: 'run-1', step: 'step', attempt, idempotencyKey: `run-1/step/${action.name}` },
      signal,
      log,
      progress: (note: string, fraction?: number) =>
        line('progress')(note, fraction === undefined ? undefined : { fraction }),
      ...portsOf(action.uses ?? [], `\`${action.name}\``, signal, secretsOf(action)),
      ...connectionsOf(action, signal),
      ...depsOf(action.deps),
    } as never);
    return readResult(action, result);
  }

  function portsOf(uses: readonly string[], who: string, signal: AbortSignal, secrets: object) {
    const http = options.http && watchedHttp(options.http, rules, signal, (request) => requests.push(request));
    const lent: Record<string, unknown> = { ...options.ports, http, kv, secrets };
    const made: Record<string, unknown> = {};
    for (const port of uses) {
      if (lent[port] === undefined)
        throw hostError('PLUGIN_PORT_UNAVAILABLE', `${who} needs \`${port}\`; hand one to fakeHost.`);
      made[port] = lent[port];
    }
    return made as any;
  }

  function secretsOf(action: Action): object {
    const found: Record<string, Readonly<Record<string, string>>> = {};
    for (const requirement of action.secrets ?? []) {
      const name = requirement.type === 'oauth' ? `${requirement.providerId}_oauth` : requirement.name;
      const values = options.secrets?.[name];
      const keys = requirement.type === 'oauth' ? Object.keys(values ?? {}) : requirement.keys;
      const missing = keys.filter((key) => values?.[key] === undefined);
      if (values !== undefined && missing.length === 0) found[name] = values;
      else if (values !== undefined || !requirement.optional)
        throw hostError('ACTION_SECRET_MISSING', `${action.name} needs the secret ${name}; hand it to fakeHost.`);
    }
    return found;
  }

  function connectionsOf({ connections, name }: Action, signal: AbortSignal): object {
    if (connections === undefined) return {};
    const bound = Object.entries(connections as ConnectionSlots).map(([slot, { kind, optional }]) => {
      const connection = options.connections?.[kind];
      if (connection === undefined && optional !== true)
        throw hostError(
          'ACTION_SECRET_MISSING',
          `${name} needs a connection of the kind ${kind}; hand it to fakeHost.`,
        );
      const { http } = options;
      if (connection === undefined || http === undefined) return [slot, undefined] as const;
      return [
        slot,
        { ...connection, ...watchedHttp(http, undefined, signal, (request) => requests.push(request)) },
      ] as const;
    });
    return { connections: Object.fromEntries(bound) };
  }

  function depsOf(deps: Plugin['deps'] | undefined): object {
    if (deps === undefined) return {};
    const bound = Object.entries(deps as Dependencies).map(([name, dependency]) => {
      const { plugin: id, optional } = dependency;
      const client = options.deps?.[id];
      if (client === undefined && !optional)
        throw hostError('PLUGIN_PORT_UNAVAILABLE', `The plugin \`${id}\` is not there; hand a client to fakeHost.`);
      return [name, client] as const;
    });
    return { deps: Object.fromEntries(bound) };
  }
}

function refuseBroken(plugin: Plugin, manifest: TestManifest | undefined): void {
  const problems = plugin.contributes.flatMap((contribution) =>
    contributionProblems(contribution).map((problem) => `${contributionName(contribution)}: ${problem}`),
  );
  if (problems.length > 0) throw new Error(`The plugin contributes what is not valid:\n${problems.join('\n')}`);
  if (manifest === undefined) return;
  const users = plugin.contributes.map((contribution) => ({
    ...contribution,
    kind: contributionKind(contribution)!,
    name: contributionName(contribution),
  }));
  const asked = (manifest.capabilities ?? {}) as AskedCapabilities;
  const undeclared = undeclaredCapabilities(asked, users, plugin.uses ?? []);
  if (undeclared.length > 0)
    throw new Error(`The plugin uses what its manifest does not ask for:\n${undeclared.join('\n')}`);
}

function findAction({ contributes }: Plugin, name: string): Action {
  const actions = contributes.filter((one): one is Action => contributionKind(one) === 'action');
  const found = actions.find((action) => action.name === name || action.aliases?.includes(name));
  if (found !== undefined) return found;
  throw new Error(`There is no action ${name}; the plugin has ${actions.map((action) => action.name).join(', ')}`);
}

async function readConfig(plugin: Plugin, given: unknown): Promise<unknown> {
  if (plugin.config === undefined) return given;
  const checked = await checkSchema(plugin.config, given);
  if ('problems' in checked) throw hostError('PLUGIN_CONFIG_INVALID', checked.problems.join('; '));
  return checked.value;
}

async function readResult(action: Action, result: unknown): Promise<unknown> {
  const invalid = (problem: string, cause?: unknown) =>
    hostError('PLUGIN_OUTPUT_INVALID', `${action.name} returned what it did not promise: ${problem}`, cause);
  const checked = action.output === undefined ? { value: result } : await checkSchema(action.output, result);
  if ('problems' in checked) throw invalid(checked.problems.join('; '));
  try {
    return asJson(checked.value);
  } catch (thrown) {
    throw invalid(String(thrown), thrown);
  }
}

function codedError(action: string, thrown: unknown): BackplaneError {
  if (BackplaneError.is(thrown)) return thrown;
  return hostError(
    'PLUGIN_ACTION_THREW',
    `${action} failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
    thrown,
  );
}

/** A call that goes on after its signal is abandoned, as a host does. */
async function withSignal<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const ended = Promise.withResolvers<never>();
  const end = () => setTimeout(() => ended.reject(signal.reason), 0);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work, ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
    work.catch(() => undefined);
    ended.promise.catch(() => undefined);
  }
}
