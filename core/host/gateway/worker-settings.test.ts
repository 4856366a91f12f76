import { expect, test } from 'vitest';
import { hostConfigSchema } from '../../config/host-config.ts';
import { workerSettings } from './worker-settings.ts';

const settingsOf = (gateway: object) => workerSettings(hostConfigSchema.parse({ gateway }), '/etc/backplane');

test('seconds become milliseconds, and nothing but loopback is opened by itself', () => {
  const { listener, drainMs, policyLimitMs } = settingsOf({ drainSeconds: 2, policySeconds: 3, keepAliveSeconds: 4 });
  expect([drainMs, policyLimitMs, listener.keepAliveMs]).toEqual([2_000, 3_000, 4_000]);
  expect(listener).toMatchObject({ host: '127.0.0.1', port: 8088, h2c: false, also: [] });
  expect([listener.tls, listener.proxyProtocol, listener.maxConnections]).toEqual([undefined, undefined, undefined]);
});

test('certificates are found from the folder of the configuration, for every address', () => {
  const tls = {
    certificates: [{ certificate: 'tls/a.pem', key: '/keys/a.key' }],
    clients: { mode: 'require', authority: 'ca.pem' },
  };
  const { listener } = settingsOf({
    tls,
    also: [{ host: '::', port: 1, tls, proxyProtocol: { trusted: ['10.0.0.0/8'] } }],
  });
  const expected = {
    certificates: [{ certificate: '/etc/backplane/tls/a.pem', key: '/keys/a.key' }],
    minVersion: 'TLSv1.2',
    http2: true,
    clients: { mode: 'require', authority: '/etc/backplane/ca.pem' },
  };
  expect(listener.tls).toEqual(expected);
  expect(listener.also).toEqual([
    { host: '::', port: 1, h2c: false, tls: expected, proxyProtocol: { trusted: ['10.0.0.0/8'] } },
  ]);
});
