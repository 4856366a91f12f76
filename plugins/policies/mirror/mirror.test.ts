import { tryPolicy } from '@backplane/sdk/testing';
import { expect, test } from 'vitest';
import { mirror } from './mirror.ts';

/** A route that notes what it is asked. */
function shadow(answer = { status: 200 }) {
  const calls: { readonly route: string; readonly body?: Uint8Array }[] = [];
  const routes = {
    shadow(call: { readonly route: string }) {
      calls.push(call);
      return answer;
    },
  };
  return { calls, routes };
}

test.each([
  'after',
  'alongside',
] as const)('the other route gets a copy (%s), and the caller its own answer', async (when) => {
  const { calls, routes } = shadow({ status: 500 });
  await using trial = await tryPolicy(mirror, { route: 'shadow', when }, { routes });
  expect(await trial.send()).toMatchObject({ status: 200, body: 'ok' });
  expect(calls).toHaveLength(1);
  expect(trial.meters.values.get('gateway_mirrored_total{route="route",result="5xx"}')).toBe(1);
});

test('a copy that fails is no matter of the caller', async () => {
  await using trial = await tryPolicy(mirror, { route: 'nowhere' });
  expect((await trial.send()).status).toBe(200);
  expect(trial.meters.values.get('gateway_mirrored_total{route="route",result="failed"}')).toBe(1);
});

test('methods with effects are copied only when the administrator says so, with their bodies', async () => {
  const { calls, routes } = shadow();
  await using careful = await tryPolicy(mirror, { route: 'shadow' }, { routes });
  await careful.send({ method: 'POST', body: 'x' });
  expect(calls).toEqual([]);
  await using told = await tryPolicy(mirror, { route: 'shadow', methods: ['post'] }, { routes });
  await told.send({ method: 'POST', body: 'x' });
  expect(new TextDecoder().decode(calls[0]!.body)).toBe('x');
});

test('a body that streams past is not copied', async () => {
  const { calls, routes } = shadow();
  await using trial = await tryPolicy(mirror, { route: 'shadow', methods: ['POST'] }, { routes });
  await trial.send({ method: 'POST', body: 'x'.repeat(70_000) });
  expect(calls).toEqual([]);
});

test('about the share that is asked for is copied', async () => {
  const { calls, routes } = shadow();
  await using trial = await tryPolicy(mirror, { route: 'shadow', percent: 50 }, { routes });
  for (let sent = 0; sent < 1_000; sent++) await trial.send();
  // Six standard deviations.
  expect(Math.abs(calls.length - 500)).toBeLessThan(95);
});

test.each([
  [{}, 'route'],
  [{ route: 'a', percent: 0 }, 'percent'],
  [{ route: 'a', atOnce: 0 }, 'atOnce'],
])('the configuration %j is refused for %s', async (config, reason) => {
  await expect(tryPolicy(mirror, config)).rejects.toThrow(reason);
});
