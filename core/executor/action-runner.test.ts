import { Float } from '@backplane/sdk';
import { describe, expect, test } from 'vitest';
import { raise } from '../errors/catalogue.ts';
import type { ActionInfo, Invocation, SecretSource } from '../registry/runnable-action.ts';
import { testAction, testRegistry } from '../workflow/test-registry.fixture.ts';
import type { ActionOutcome, ActionRunnerOptions } from './action-runner.ts';
import { createActionRunner } from './create-action-runner.ts';
import { RunDriver, type TestAction, workflow } from './scheduler/run-driver.fixture.ts';

const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  api: { KEY: 's3cr3t/key', PIN: '4711' },
  slack_oauth: { SLACK_SERVICE_TOKEN: 'xoxb-token' },
};
const secrets: SecretSource = { resolve: async () => VALUES };

type Run = (invocation: Invocation) => unknown;
interface Setting {
  readonly info?: Partial<ActionInfo>;
  readonly options?: Partial<ActionRunnerOptions>;
  readonly before?: readonly TestAction[];
  readonly step?: Partial<TestAction>;
  readonly trigger?: unknown;
  readonly signal?: AbortSignal;
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Runs one attempt of a step whose action does what the test says. */
function attempt(
  run: Run,
  { info, options, before = [], step, trigger = {}, signal }: Setting = {},
): Promise<ActionOutcome> {
  const action = testAction({ name: 'test.action', ...info }, async (invocation) => run(invocation));
  const driver = new RunDriver(workflow([...before, { ref: 'a', ...step }]));
  driver.start(trigger, { vars: { pinned: true } });
  const runner = createActionRunner({
    registry: testRegistry(action),
    secrets,
    variables: { resolve: (environment) => ({ of: environment }) },
    log: silent,
    ...options,
  });
  const { graph, state } = driver;
  return runner.run({ graph, state, command: driver.actions()[0]!, signal: signal ?? new AbortController().signal });
}

describe('arguments', () => {
  test('in a stream of a scatter they see its item; the work has a key of its own', async () => {
    const before = [{ ref: 'each', action: 'core.transform.scatter', args: { collection: ['x', 'y'] } }];
    const step = { after: ['each'], args: { value: '${{ ACTIONS.each.result }}' } };
    const seen: unknown[] = [];
    await attempt(({ args, run }) => seen.push(args['value'], run.idempotencyKey), { before, step });
    expect(seen).toEqual(['x', 'run-1/each:0/a']);
  });

  test('are evaluated in the scope of the run, with variables, secrets and `var`', async () => {
    const args = {
      value: [
        '${{ TRIGGER.x }}',
        '${{ VARS.of }}',
        '${{ SECRETS.api.KEY }}',
        '${{ var.item }}',
        '${{ ENV.environment }}',
      ],
    };
    const seen: unknown[] = [];
    await attempt(({ args }) => seen.push(args['value']), {
      step: { args, environment: 'prod', forEach: ['${{ for var.item in [7] }}'] },
      trigger: { x: 1 },
    });
    expect(seen).toEqual([[1, 'prod', 's3cr3t/key', 7, 'prod']]);
  });

  test('that the action wants as written are handed over as written', async () => {
    const step = { args: { value: '${{ 1 + 1 }}', script: '${{ x }}' }, unevaluated: ['script'] };
    const outcome = await attempt(({ args }) => args, { step });
    expect(outcome).toMatchObject({ status: 'completed', result: { value: 2, script: '${{ x }}' } });
  });

  test('a missing path is null with a warning, an error where it is strict; either way it is settled', async () => {
    const step = { args: { value: '${{ TRIGGER.naem }}' } };
    const trigger = { name: 'n' };
    expect(await attempt(({ args }) => args['value'], { step, trigger })).toEqual({
      status: 'completed',
      result: null,
      warnings: [{ code: 'LANGUAGE_PATH_MISSING', message: expect.stringContaining('`name`') }],
      facts: { input: { value: null }, by: 'test@1.0.0' },
    });
    expect(await attempt(() => 1, { step, trigger, options: { strict: true } })).toMatchObject({
      status: 'failed',
      error: { code: 'LANGUAGE_PATH_MISSING', retry: 'never' },
    });
  });

  test('the action is told who calls it, with a key that stays the same over attempts', async () => {
    const outcome = await attempt(({ run, environment, now }) => ({ ...run, environment, now }), {
      step: { forEach: ['${{ for var.x in [1] }}'] },
    });
    expect(outcome).toMatchObject({
      result: {
        id: 'run-1',
        step: 'a',
        attempt: 1,
        idempotencyKey: 'run-1/a/0',
        environment: 'default',
        now: 1_700_000_000_000,
      },
    });
  });

  test('uuids depend on the run and the command, so that a repeated dispatch sends the same', async () => {
    const step = { args: { value: '${{ FN.uuid4() }} ${{ FN.uuid4() }}' } };
    const [first, second] = await Promise.all([0, 1].map(() => attempt(({ args }) => args['value'], { step })));
    expect(first).toEqual(second);
    const [one, two] = String((first as { result: unknown }).result).split(' ');
    expect(one).not.toBe(two);
  });

  test('an environment that is no name fails the attempt', async () => {
    const outcome = await attempt(() => 1, { step: { environment: '${{ 5 }}' } });
    expect(outcome).toMatchObject({ status: 'failed', error: { code: 'WORKFLOW_ENVIRONMENT_INVALID' } });
  });
});

test('the facts of a template name its file below the templates, and the actions that it called, each once', async () => {
  const info = { kind: 'template', origin: '/somewhere/templates/tools/acme/ask.yml' } as const;
  const leaf = { action: 'core.http_request', args: {} };
  const outcome = await attempt(({ onLeafCall }) => [onLeafCall?.(leaf), onLeafCall?.(leaf)], { info });
  expect(outcome.facts).toMatchObject({
    by: 'templates/tools/acme/ask.yml',
    leaves: ['core.http_request (test@1.0.0)'],
  });
});

test.each<[string, Partial<ActionInfo>, object]>([
  [
    'of which versions stand side by side fails',
    { origin: 'acme@2.0.0', versioned: true },
    {
      status: 'failed',
      error: { code: 'ACTION_VERSION_GONE', message: expect.stringMatching(/acme@1\.0\.0.*acme@2\.0\.0/) },
    },
  ],
  ['that is as old as its host runs as it is', { origin: 'acme@2.0.0' }, { status: 'completed', result: 'ran' }],
])('a step that was stored with a version which is gone of an action %s', async (_, info, outcome) => {
  expect(await attempt(() => 'ran', { info, step: { origin: 'acme@1.0.0' } })).toMatchObject(outcome);
});

describe('secrets', () => {
  test('never come out: not in results, keys, numbers, errors, warnings or logs', async () => {
    const lines: unknown[] = [];
    const log = { ...silent, info: (message: string, fields?: object) => void lines.push([message, fields]) };
    const outcome = await attempt(
      ({ log, warn, onSecret }) => {
        onSecret?.('late one');
        log.info('key is s3cr3t/key', { nested: ['s3cr3t/key', new Error('with s3cr3t/key')], date: new Date(0) });
        warn({ code: 'W', message: 'late one' });
        return {
          's3cr3t/key': 'x',
          '***': 'y',
          4711: 'z',
          url: 'https://h/?k=s3cr3t%2Fkey',
          list: ['late one', 4711, new Float(4711)],
          n: 5,
        };
      },
      { step: { args: { value: '${{ SECRETS.api.KEY }}' } }, options: { log } },
    );
    expect(outcome).toEqual({
      status: 'completed',
      result: { '***': 'x', '*** 2': 'y', 4711: 'z', url: 'https://h/?k=***', list: ['***', '***', '***'], n: 5 },
      warnings: [{ code: 'W', message: '***' }],
      facts: { input: { value: '***' }, by: 'test@1.0.0' },
    });
    expect(lines).toEqual([
      [
        'key is ***',
        { nested: ['***', { name: 'Error', message: 'with ***' }], date: '[object Date]', run: 'run-1', step: 'a' },
      ],
    ]);
    const failure = await attempt(
      () => {
        throw raise.INTERNAL({ message: 'no s3cr3t/key' }, { details: { given: ['s3cr3t/key'] } });
      },
      { step: { args: { value: '${{ SECRETS.api.KEY }}' } } },
    );
    expect(failure).toMatchObject({ error: { message: 'no ***', details: { given: ['***'] } } });
  });

  test('stand in no record in Base64 either, wherever in the encoded text they begin', async () => {
    const encoded = ['', 'a', 'ab', 'abc'].map((before) =>
      Buffer.from(`${before}s3cr3t/key${before}`).toString('base64'),
    );
    const outcome = await attempt(() => null, {
      step: { args: { value: '${{ SECRETS.api.KEY }}', count: encoded } },
    });
    const { input } = outcome.facts!;
    expect(input).toMatchObject({ value: '***' });
    for (const text of (input as { count: string[] }).count) {
      expect(text).toContain('***');
      expect(Buffer.from(text.split('***')[0]!, 'base64').toString()).not.toContain('s3');
    }
  });

  test('of an action that asks for them itself are hidden in its arguments too', async () => {
    const outcome = await attempt(({ onSecret }) => void onSecret?.('handed out late'), {
      step: { args: { value: 'it was handed out late' } },
    });
    expect(outcome.facts).toMatchObject({ input: { value: 'it was ***' } });
  });

  test('that are not set fail the attempt before the action runs; absent tokens are null', async () => {
    const missing = await attempt(() => expect.unreachable(), {
      step: { args: { value: '${{ SECRETS.api.OTHER }}' } },
    });
    expect(missing).toMatchObject({
      status: 'failed',
      error: { code: 'ACTION_SECRET_MISSING', message: expect.stringContaining('`api.OTHER`') },
    });
    const value = '${{ SECRETS.slack_oauth.SLACK_USER_TOKEN || SECRETS.slack_oauth.SLACK_SERVICE_TOKEN }}';
    const seen: unknown[] = [];
    await attempt(({ args }) => seen.push(args['value']), { step: { args: { value } } });
    expect(seen).toEqual(['xoxb-token']);
  });
});

describe('limits', () => {
  test('an action that ignores its signal times out all the same, and what it does later is ignored', async () => {
    const step = { retry: { timeout: 0.02 } };
    let seen: AbortSignal | undefined;
    const { promise, reject } = Promise.withResolvers<never>();
    const outcome = await attempt(
      ({ signal }) => {
        seen = signal;
        return promise;
      },
      { step },
    );
    reject(new Error('too late'));
    expect(outcome).toMatchObject({
      status: 'timed-out',
      error: { code: 'ACTION_TIMEOUT', message: '`test.action` took longer than 0.02 s.' },
      warnings: [],
    });
    expect(seen?.aborted).toBe(true);
  });

  test('secrets that do not come count against the limit too', async () => {
    const options = { secrets: { resolve: () => new Promise<never>(() => {}) } };
    const step = { retry: { timeout: 0.02 }, args: { value: '${{ SECRETS.api.KEY }}' } };
    expect(await attempt(() => 1, { step, options })).toMatchObject({ status: 'timed-out' });
  });

  test('cancelling ends the attempt at once, whatever the action does', async () => {
    const cancel = new AbortController();
    const outcome = attempt(() => new Promise(() => {}), { signal: cancel.signal });
    cancel.abort();
    expect(await outcome).toMatchObject({ status: 'cancelled' });
    expect(await attempt(() => expect.unreachable(), { signal: cancel.signal })).toMatchObject({
      status: 'cancelled',
    });
  });

  test('a result of more than 8 MB is refused', async () => {
    const error = { code: 'ACTION_RESULT_TOO_LARGE', retry: 'never' };
    expect(await attempt(() => 'x'.repeat(9 * 2 ** 20))).toMatchObject({ status: 'failed', error });
    expect(await attempt(() => '€'.repeat(3 * 2 ** 20))).toMatchObject({ status: 'failed', error });
    expect(await attempt(() => 'x'.repeat(8 * 2 ** 20 - 3))).toMatchObject({ status: 'completed' });
  });
});

describe('results', () => {
  test('become data: dates as text, what is undefined left out, numbers exact', async () => {
    const value = {
      at: Temporal.PlainDate.from('2026-03-01'),
      gone: undefined,
      holes: [undefined, Number.NaN],
      big: 2n ** 70n,
    };
    expect(await attempt(() => value)).toMatchObject({
      result: { at: '2026-03-01', holes: [null, null], big: 2n ** 70n },
    });
    expect(Object.keys(((await attempt(() => value)) as { result: object }).result)).not.toContain('gone');
    expect(await attempt(() => undefined)).toMatchObject({ status: 'completed', result: null });
  });

  test('that are unchanged are not copied', async () => {
    const value = { list: [{ deep: 'text' }] };
    expect(((await attempt(() => value)) as { result: unknown }).result).toBe(value);
  });

  test('that are no data fail the attempt', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    for (const value of [circle, { run: () => 1 }, Symbol('s')]) {
      expect(await attempt(() => value)).toMatchObject({ status: 'failed', error: { code: 'ACTION_RESULT_INVALID' } });
    }
    expect(await attempt(() => new Map())).toMatchObject({ status: 'failed', error: { code: 'LANGUAGE_NOT_DATA' } });
  });
});

describe('failures', () => {
  const failing = async (thrown: unknown) => {
    const outcome = await attempt(() => {
      throw thrown;
    });
    return (outcome as { error: { code: string; message: string } }).error;
  };

  test('coded errors keep their code; anything else is the fault of the action', async () => {
    expect(await failing(raise.USAGE({ message: 'm' }))).toMatchObject({ code: 'USAGE', blame: 'input' });
    expect(await failing(new TypeError('x is null'))).toMatchObject({
      code: 'ACTION_FAILED',
      blame: 'plugin',
      message: '`test.action` failed: x is null',
    });
  });

  test('nothing that is thrown can hurt the runner', async () => {
    const hostile = {
      toString() {
        throw new Error('again');
      },
    };
    const proxy = new Proxy({}, { has: () => true, get: () => hostile });
    for (const thrown of [null, undefined, 5, 'text', {}, Object.create(null), hostile, Symbol('s'), proxy]) {
      expect((await failing(thrown)).code).toMatch(/^[A-Z_]+$/);
    }
    expect((await failing(null)).message).toBe('`test.action` failed: null');
    expect((await failing({ message: 'plain' })).message).toBe('`test.action` failed: plain');
  });

  test('details that are no data are left out', async () => {
    const error = raise.USAGE({ message: 'm' }, { details: { run: () => 1 } });
    expect(await failing(error)).toMatchObject({ code: 'USAGE', details: { omitted: expect.any(String) } });
  });

  test('an action that is gone is named, with the nearest one that is there', async () => {
    const outcome = await attempt(() => 1, { step: { action: 'test.acton' } });
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'ACTION_UNAVAILABLE', message: expect.stringContaining('test.action') },
    });
  });
});
