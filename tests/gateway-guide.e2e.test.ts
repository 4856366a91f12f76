import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startUpstream } from '../core/gateway/gateway.fixture.ts';
import { checkout, HostHome } from './host-process.fixture.ts';

const guide = readFileSync(join(checkout, 'docs', 'guides', 'put-a-gateway-in-front.md'), 'utf8');
const files = [...guide.matchAll(/^```\w+ file=(\S+)\n(.*?)^```$/gms)].map(([, file = '', text = '']) => ({
  file,
  text,
}));

test('every step of the guide works as it is printed', async () => {
  await using shop = await startUpstream((request, response) => response.end(`${request.method} ${request.url}`));
  await using home = new HostHome({ 'config/backplane.yaml': 'gateway: { port: 0 }\n' });
  const write = ({ file, text }: (typeof files)[number]) =>
    home.write(file, text.replaceAll('9000', String(shop.port)));
  const [route, manifest, module, plugins, used] = files as [(typeof files)[number], ...typeof files];
  const host = await home.start();
  expect(host.note.gatewayUrl).toBeNull();

  write(route);
  const status = async () => (await host.api('GET', '/gateway')).body;
  await expect.poll(async () => (await status()).state, { timeout: 15_000 }).toBe('serving');
  const { url } = await status();
  const order = async () => {
    const answer = await fetch(`${url}/orders/7`);
    return [answer.status, await answer.text()];
  };
  expect(await order()).toEqual([200, 'GET /v2/orders/7']);

  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['core/main.ts', 'gateway', ...args, '--config', join(home.path, 'config')], {
      cwd: checkout,
      encoding: 'utf8',
    });
  expect(run('check').status).toBe(0);
  expect(run('explain', 'GET', '/orders/7').stdout).toContain('GET /v2/orders/7');
  expect(run('explain', 'POST', '/orders/7').stdout).toContain('it is for GET, not POST');

  for (const file of [manifest!, module!, plugins!, used!]) write(file);
  const explained = async () => (await host.api('POST', '/gateway/explain', { url: '/orders/7' })).body.chain;
  await expect.poll(explained, { timeout: 15_000 }).toMatchObject([{ phase: 'admit', steps: [{ runs: 'yes' }] }]);
  expect(await order()).toEqual([200, 'GET /v2/orders/7']);

  write({ file: module!.file, text: module!.text.replace('hour >= config.from', 'false') });
  await expect.poll(async () => (await order())[0], { timeout: 15_000 }).toBe(503);
  expect(JSON.parse(String((await order())[1]))).toMatchObject({ code: 'GATEWAY_SHOP_CLOSED' });
  expect((await explained())[0].steps[0].verdicts[0]).toMatchObject({ status: 503, because: 'We open at 0 h.' });
}, 90_000);
