import { defineGatewayPolicy } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { policySource, route, upstream, use } from '../gateway.fixture.ts';
import { EMPTY_MODEL, type GatewayModel } from '../model/gateway-model.ts';
import type { RouteModel } from '../model/route-model.ts';
import { UpstreamSet } from '../upstreams/upstream-set.ts';
import { compileSnapshot } from './compile-snapshot.ts';
import { PolicyShelf } from './policy-shelf.ts';

/** Policies that tell when they are made and closed. */
function workshop() {
  const made: string[] = [];
  const closed: string[] = [];
  const counted = defineGatewayPolicy({
    name: 'counted',
    title: 'T',
    summary: 'S',
    config: z.object({}),
    phases: ['route'],
    onFailure: 'closed',
    create({ use: { id }, config }) {
      if ((config as { bad?: boolean }).bad) throw new Error('this cannot be');
      made.push(id);
      return { route: () => undefined, close: async () => void closed.push(id) };
    },
  });
  const lies = defineGatewayPolicy({ ...counted, name: 'lies', create: () => ({ admit: () => undefined }) as never });
  const policies = policySource([counted, lies]);
  const parts = { policies, shelf: new PolicyShelf(policies), upstreams: new UpstreamSet() };
  return {
    made,
    closed,
    compile: (model: Partial<GatewayModel>) => compileSnapshot({ ...EMPTY_MODEL, ...model }, parts),
  };
}

const answering = (id: string, more: Partial<RouteModel> = {}) =>
  route(id, `/${id}`, { to: { kind: 'policies' }, ...more });
const counting = (id: string, config: object = {}) =>
  answering(id, { policies: [use('counted', config, `${id}/counted`)] });

test('a use that stays as it is keeps its instance over a reload, and is closed when no snapshot has it', async () => {
  const { made, closed, compile } = workshop();
  const first = await compile({ routes: [counting('a'), counting('b')] });
  const second = await compile({ routes: [counting('a'), counting('b', { other: true })] });
  await first.retire(0);
  expect([made, closed]).toEqual([['a/counted', 'b/counted', 'b/counted'], ['b/counted']]);
  expect(second.routes.get('a')!.chain.before[0]!.instance.hooks).toBe(
    first.routes.get('a')!.chain.before[0]!.instance.hooks,
  );
  await second.retire(0);
  expect(closed).toEqual(['b/counted', 'a/counted', 'b/counted']);
});

test('a configuration that is refused leaves nothing behind', async () => {
  const { made, closed, compile } = workshop();
  const up = upstream('up', [1]);
  await expect(
    compile({ upstreams: [up], routes: [counting('a'), counting('b', { bad: true })] }),
  ).rejects.toMatchObject({ code: 'GATEWAY_CONFIG_INVALID' });
  expect([made, closed]).toEqual([['a/counted'], ['a/counted']]);
});

test.each<[string, RouteModel[], RegExp]>([
  [
    'a policy that nobody brings',
    [answering('a', { policies: [use('nobody')] })],
    /the policy nobody cannot be used: no plugin brings it/,
  ],
  [
    'a policy that refuses its settings',
    [counting('a', { bad: true })],
    /gateway\.yaml:1:1: the policy counted cannot be used: this cannot be/,
  ],
  [
    'a policy without a hook that it declares',
    [answering('a', { policies: [use('lies')] })],
    /it declares route and brings no such hook/,
  ],
  ['an upstream that is not there', [route('a', '/a')], /route a: there is no upstream up/],
  ['two routes with one id', [answering('a'), answering('a')], /another route has the id a/],
  ['a path that is none', [route('a', '/{', { to: { kind: 'policies' } })], /route a: `\/\{` cannot be used/],
])('%s is told with its place', async (_name, routes, message) => {
  await expect(workshop().compile({ routes })).rejects.toThrow(message);
});

test('all problems are told at once', async () => {
  const problems = await workshop()
    .compile({ routes: [counting('a', { bad: true }), route('b', '/b')] })
    .catch((problem: Error) => problem.message);
  expect(String(problems).match(/gateway\.yaml:1:1/g)).toHaveLength(2);
});

test('a snapshot that was replaced closes after its last request, or when its time is up', async () => {
  const { closed, compile } = workshop();
  const busy = await compile({ routes: [counting('a')] });
  busy.enter();
  const retired = busy.retire(10_000);
  expect(closed).toEqual([]);
  busy.leave();
  await retired;
  expect(closed).toEqual(['a/counted']);
  const stuck = await compile({ routes: [counting('b')] });
  stuck.enter();
  await stuck.retire(5);
  expect(closed).toEqual(['a/counted', 'b/counted']);
});

test('routes that share one use of a policy share its instance', async () => {
  const { made, compile } = workshop();
  const shared = use('counted', {}, 'scheme/counted');
  const snapshot = await compile({ routes: ['a', 'b'].map((id) => answering(id, { policies: [shared] })) });
  expect([made, snapshot.policies.length]).toEqual([['scheme/counted'], 1]);
});
