import { expect, test } from 'vitest';
import type { UpstreamCall } from '../../gateway/plane/upstream-call.ts';
import { DEFAULT_WORKSPACE } from '../../storage/default-place.ts';
import { gatewayPort } from './gateway-port.ts';

const ASKED = { upstream: 'orders', path: '/x' };

function lentTo(workspace: string) {
  const calls: UpstreamCall[] = [];
  const workers = {
    request: async (call: UpstreamCall) => {
      calls.push(call);
      return { status: 200, headers: {}, body: new Uint8Array() };
    },
  };
  return { calls, gateway: gatewayPort(() => ({ workers }) as never).in(workspace) };
}

test('a request is handed to the workers with everything spelled out', async () => {
  const { calls, gateway } = lentTo(DEFAULT_WORKSPACE);
  await gateway.request({ ...ASKED, method: 'post', body: 'hi', timeoutMs: 1.5 });
  await gateway.request({ ...ASKED, headers: { A: 'b' } });
  expect(calls).toEqual([
    { ...ASKED, method: 'POST', headers: {}, body: new TextEncoder().encode('hi'), timeoutMs: 2 },
    { ...ASKED, method: 'GET', headers: { A: 'b' }, timeoutMs: 10_000 },
  ]);
});

test('other workspaces than the default one may not call the services', async () => {
  const { calls, gateway } = lentTo('another');
  await expect(gateway.request(ASKED)).rejects.toMatchObject({ code: 'GATEWAY_CALL_REFUSED' });
  expect(calls).toEqual([]);
});

test('while the host starts there is no gateway to ask', async () => {
  const { request } = gatewayPort(() => undefined).in(DEFAULT_WORKSPACE);
  await expect(request(ASKED)).rejects.toMatchObject({ code: 'GATEWAY_NOT_RUNNING' });
});
