import { defineGatewayPolicy, type GatewayPolicy, type PolicyHooks, type PolicyPhase } from '@backplane/sdk';
import { z } from 'zod';
import { route, startGateway, startUpstream, upstream, use } from '../gateway.fixture.ts';
import type { PolicyUse } from '../model/policy-use.ts';
import type { RouteModel } from '../model/route-model.ts';

const words = { title: 'T', summary: 'S', config: z.object({}) };
type Spec = Partial<Omit<GatewayPolicy, 'phases' | 'create'>>;

export function policy(name: string, hooks: Partial<PolicyHooks>, spec: Spec = {}): GatewayPolicy {
  const phases = Object.keys(hooks) as PolicyPhase[];
  return defineGatewayPolicy({
    ...words,
    onFailure: 'closed',
    ...spec,
    name,
    phases,
    create: () => hooks as never,
  } as never);
}

/** A gateway with one route to one service, which answers `fine`. */
export async function serving(
  policies: readonly GatewayPolicy[],
  more: Partial<RouteModel> = {},
  common: readonly PolicyUse[] = [],
) {
  const up = await startUpstream((request, response) => {
    response.setHeader('x-up', request.headers['x-to-up'] ?? '');
    request.resume().on('end', () => response.end(request.method === 'HEAD' ? undefined : 'fine'));
  });
  const uses = policies
    .map(({ name }) => use(name))
    .filter(({ policy: name }) => common.every((one) => one.policy !== name));
  const gateway = await startGateway(
    {
      routes: [route('it', '/{rest*}', { policies: uses, ...more })],
      upstreams: [upstream('up', [up.port])],
      policies: common,
    },
    policies,
    { policyLimitMs: 100 },
  );
  return {
    up,
    gateway,
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await up[Symbol.asyncDispose]();
    },
  };
}

export const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
