import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { route, SILENT, use } from '../gateway.fixture.ts';
import { EMPTY_MODEL } from '../model/gateway-model.ts';
import { GatewayWorkers } from './gateway-workers.ts';

const LOOP = `import { defineGatewayPolicy, definePlugin } from '@backplane/sdk';
import { z } from 'zod';
export default definePlugin({ id: 'stuck', contributes: [defineGatewayPolicy({
  name: 'stuck', title: 'Stuck', summary: 'Loops.', config: z.object({}), onFailure: 'closed', phases: ['route'],
  create: () => ({ route() { for (;;); } }),
})] });`;

/** Starts a gateway with a policy that never ends for `/stuck`, and gives its address. */
export async function loopingWorkers(): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gateway-stuck-')));
  const entry = join(folder, 'index.ts');
  writeFileSync(entry, LOOP);
  const unlent = () => ({}) as never;
  const workers = await GatewayWorkers.start(
    {
      ...{ count: 1, log: SILENT, verify: async () => undefined, kvOf: unlent, workflowsOf: unlent },
      settings: {
        listener: {
          ...{ host: '127.0.0.1', port: 0, maxHeaderBytes: 16_384 },
          ...{ headersTimeoutMs: 5_000, requestTimeoutMs: 20_000, keepAliveMs: 1_000 },
        },
        ...{ trustedProxies: [], maxBodyBytes: 1_000_000, policyLimitMs: 5_000, drainMs: 2_000, logLevel: 'silent' },
        egress: { allow: [], deny: [], allowPrivateNetworks: false },
        redisUrl: undefined,
      },
    },
    { ...EMPTY_MODEL, routes: [route('stuck', '/stuck', { policies: [use('stuck')], to: { kind: 'policies' } })] },
    [{ id: 'stuck', version: '1.0.0', folder, entry, policies: ['stuck'] }],
  );
  return `http://127.0.0.1:${workers.port}`;
}
