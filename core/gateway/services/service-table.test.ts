import { expect, test } from 'vitest';
import { UpstreamSet } from '../upstreams/upstream-set.ts';
import type { FoundService } from './found-service.ts';
import type { ServiceAnswer } from './service-answer.ts';
import { ServiceTable } from './service-table.ts';

const named = (service: string) => ({ service, key: service });
const found = (service: string, source = 'a'): FoundService => ({
  family: 'any',
  named: named(service),
  targets: [],
  source,
});

/** A worker's table with a host that answers so. */
function asking(answer: ServiceAnswer, tell: FoundService[] = []) {
  const asked: string[] = [];
  const table: ServiceTable = new ServiceTable(new UpstreamSet(), async (_upstream, { service }) => {
    asked.push(service);
    for (const one of tell) table.tell(`any/${one.named.key}`, one);
    return answer;
  });
  const get = async (service: string, source = 'a') =>
    table.get('any', named(service), source).then(
      () => 'found',
      ({ code }) => code as string,
    );
  return { table, asked, get };
}

test('what the host has told is not asked for', async () => {
  const { table, asked, get } = asking({ is: 'unknown', forMs: 60_000 });
  table.tell('any/orders', found('orders'));
  expect([await get('orders'), asked]).toEqual(['found', []]);
  table.tell('any/orders', undefined);
  expect(await get('orders')).toBe('GATEWAY_SERVICE_UNKNOWN');
});

test('requests for a service that is not known yet wait for one answer', async () => {
  const { asked, get } = asking({ is: 'found' }, [found('orders')]);
  expect(await Promise.all([get('orders'), get('orders')])).toEqual(['found', 'found']);
  expect(asked).toEqual(['orders']);
});

test.each([
  ['GATEWAY_SERVICE_UNKNOWN', { is: 'unknown', forMs: 60_000 }],
  ['GATEWAY_REGISTRY_UNREACHABLE', { is: 'unreachable', forMs: 60_000 }],
  ['GATEWAY_SERVICES_FULL', { is: 'full', most: 7, forMs: 60_000 }],
  ['GATEWAY_SERVICES_BUSY', { is: 'busy', forMs: 60_000 }],
] as const)('%s holds for its time without another question', async (code, answer) => {
  const { asked, get } = asking(answer);
  expect([await get('x'), await get('x'), asked]).toEqual([code, code, ['x']]);
});

test('targets of another configuration are not taken for those of this one', async () => {
  const { get, asked } = asking({ is: 'found' }, [found('orders', 'before')]);
  expect(await get('orders', 'now')).toBe('GATEWAY_SERVICES_BUSY');
  expect(await get('orders', 'now')).toBe('GATEWAY_SERVICES_BUSY');
  expect(asked).toHaveLength(2);
});

test('a host that cannot be asked is a reason to try again, not to go on', async () => {
  const table = new ServiceTable(new UpstreamSet(), () => Promise.reject(new Error('gone')));
  await expect(table.get('any', named('x'), 'a')).rejects.toMatchObject({
    code: 'GATEWAY_SERVICES_BUSY',
    facts: { retryAfterMs: 1_000 },
  });
});
