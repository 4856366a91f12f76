import { defineGatewayPolicy, type GatewayPolicy, type PolicyPhase } from '@backplane/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { route, startGateway, startUpstream, type TestUpstream, upstream, use } from '../gateway.fixture.ts';
import type { Gateway } from '../open-gateway.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };
const STEPS = ['route', 'admit', 'authorize', 'rewrite', 'cache', 'upstream', 'responseHeaders'] as const;
const FAULTS = {
  throws: () => {
    throw new Error('the secret is 42');
  },
  rejects: () => Promise.reject(new Error('the secret is 42')),
  hangs: () => new Promise<never>(() => undefined),
  // What it must not answer with.
  strays: () => 'nonsense' as never,
};
type Fault = keyof typeof FAULTS;

function faulty(phase: PolicyPhase, fault: Fault, onFailure: 'open' | 'closed'): GatewayPolicy {
  return defineGatewayPolicy({
    ...words,
    name: `${phase}-${fault}-${onFailure}`.toLowerCase(),
    phases: [phase],
    onFailure,
    create: () => ({ [phase]: FAULTS[fault] }),
  } as never) as GatewayPolicy;
}

const ALWAYS_CLOSED: readonly PolicyPhase[] = ['authorize'];
const cases = STEPS.flatMap((phase) =>
  (['throws', 'rejects', 'hangs'] as const).flatMap((fault) =>
    (['open', 'closed'] as const)
      .filter((onFailure) => onFailure === 'closed' || !ALWAYS_CLOSED.includes(phase))
      .map((onFailure) => ({ phase, fault, onFailure, name: `${phase}-${fault}-${onFailure}`.toLowerCase() })),
  ),
);
const others: GatewayPolicy[] = [
  ...cases.map(({ phase, fault, onFailure }) => faulty(phase, fault, onFailure)),
  faulty('attempt', 'throws', 'closed'),
  faulty('attempt', 'strays', 'closed'),
  faulty('responseBody', 'throws', 'open'),
  faulty('responseBody', 'rejects', 'open'),
  faulty('responseBody', 'hangs', 'open'),
  faulty('error', 'throws', 'open'),
  faulty('error', 'hangs', 'open'),
  faulty('log', 'throws', 'open'),
  faulty('log', 'rejects', 'open'),
  defineGatewayPolicy({
    ...words,
    name: 'late',
    phases: ['route'],
    onFailure: 'closed',
    create: () => ({
      route: ({ request, response }: never) => {
        // Goes on after it has answered.
        setTimeout(() => Object.assign(response ?? {}, { status: 500 }), 5);
        void request;
        return { status: 200, body: 'first' };
      },
    }),
  }),
  defineGatewayPolicy({
    ...words,
    name: 'twice',
    phases: ['attempt'],
    onFailure: 'closed',
    create: () => ({
      attempt: async (_x, next) => {
        const [, second] = await Promise.all([next(), next()]);
        return second!;
      },
    }),
  }),
  defineGatewayPolicy({
    ...words,
    name: 'defers',
    phases: ['route'],
    onFailure: 'closed',
    create: () => ({
      route: (x) => {
        x.defer(() => {
          throw new Error('later');
        });
        x.defer(() => Promise.reject(new Error('later')));
        return undefined;
      },
    }),
  }),
  defineGatewayPolicy({
    ...words,
    name: 'calls',
    phases: ['route'],
    onFailure: 'closed',
    create: () => ({
      route: async (x) => {
        const { status, body } = await x.call({ route: x.request.path === '/calls' ? 'back' : 'calls' });
        return { status, body };
      },
    }),
  }),
];

let up: TestUpstream;
let gateway: Gateway & { readonly url: string };

beforeAll(async () => {
  up = await startUpstream((_request, response) => response.end('fine'));
  gateway = await startGateway(
    {
      routes: [
        ...others.map(({ name }) => route(name, `/${name}`, { policies: [use(name)] })),
        route('back', '/back', { policies: [use('calls')] }),
      ],
      upstreams: [upstream('up', [up.port])],
    },
    others,
    { policyLimitMs: 100 },
  );
});

beforeEach(() => {
  up.seen.length = 0;
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await up[Symbol.asyncDispose]();
});

const ask = async (name: string) => {
  const answer = await fetch(`${gateway.url}/${name}`, { signal: AbortSignal.timeout(1_500) });
  return { status: answer.status, text: await answer.text() };
};

test.each(
  cases.filter(({ onFailure }) => onFailure === 'open'),
)('a policy of the kind open that $fault in $phase is passed over', async ({ name }) => {
  expect(await ask(name)).toEqual({ status: 200, text: 'fine' });
});

test.each(
  cases.filter(({ onFailure }) => onFailure === 'closed'),
)('a policy of the kind closed that $fault in $phase ends the request, and its reason stays inside', async ({
  name,
  phase,
  fault,
}) => {
  const { status, text } = await ask(name);
  expect([status >= 500, text.includes('secret is'), text.includes('fine')]).toEqual([true, false, false]);
  // A hook over headers fails over those of the error as well; the status is all that is left.
  if (phase === 'responseHeaders') return;
  expect(text).toContain(fault === 'hangs' ? 'GATEWAY_POLICY_TIMEOUT' : 'GATEWAY_POLICY_FAILED');
  expect(up.seen).toEqual([]);
});

test.each([
  'throws',
  'rejects',
  'hangs',
])('a policy that %s over the body of an answer breaks it off', async (fault) => {
  await expect(ask(`responsebody-${fault}-open`)).rejects.toThrow(/terminated|fetch failed|other side closed/);
});

test.each([
  'attempt-throws-closed',
  'attempt-strays-closed',
])('a policy as %s, around tries, ends the request', async (name) => {
  expect(await ask(name)).toMatchObject({ status: 500 });
});

test.each([
  'log-throws-open',
  'log-rejects-open',
  'defers',
])('what fails after the answer, as in %s, harms nobody', async (name) => {
  expect(await ask(name)).toEqual({ status: 200, text: 'fine' });
  expect(await ask(name)).toEqual({ status: 200, text: 'fine' });
});

test('a policy that goes on after it has answered changes nothing', async () => {
  expect(await ask('late')).toEqual({ status: 200, text: 'first' });
});

test('of two tries at once the chosen one is answered, and the other one is let go', async () => {
  expect(await ask('twice')).toEqual({ status: 200, text: 'fine' });
  for (const { active } of gateway.snapshot.upstreams.get('up')!.state().targets) expect(active).toBe(0);
});

test('routes that call each other in a circle end with an error', async () => {
  const { status, text } = await ask('calls');
  expect([status, text]).toEqual([500, expect.stringContaining('GATEWAY_CALL_CIRCLE')]);
});

test.each([
  'error-throws-open',
  'error-hangs-open',
])('where the policy for errors fails too, as in %s, the error is answered', async (name) => {
  await using down = await startGateway(
    { routes: [route('e', '/e', { policies: [use(name)] })], upstreams: [upstream('up', [1])] },
    others,
    { policyLimitMs: 100 },
  );
  expect((await fetch(`${down.url}/e`)).status).toBe(502);
});
