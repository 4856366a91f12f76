import { expect, test } from 'vitest';
import { readGateway } from './read-gateway.ts';

const read = (text: string) => readGateway([{ name: 'g.yaml', text }], { environment: {}, ocelotFiles: () => [] });

test('a registration needs a registry and a name; its check has defaults', () => {
  const { model, problems } = read(
    'registration:\n  - { use: consul, service: edge, config: { token: t }, tags: [v1] }',
  );
  expect(problems).toEqual([]);
  expect(model.registrations).toEqual([
    {
      place: { file: 'g.yaml', line: 2, column: 5 },
      use: 'consul',
      service: 'edge',
      config: { token: 't' },
      scheme: 'http',
      weight: 1,
      tags: ['v1'],
      metadata: {},
      health: { path: '/healthz', everyMs: 30_000, timeoutMs: 5_000 },
    },
  ]);
});

test('a registration may go without a check, and for a service elsewhere', () => {
  const { model } = read('registration: [{ use: consul, service: old, host: 10.0.0.9, port: 80, health: false }]');
  expect(model.registrations[0]).toMatchObject({ host: '10.0.0.9', port: 80 });
  expect(model.registrations[0]).not.toHaveProperty('health');
});

test('a registration without a service is refused where it stands', () => {
  const { problems } = read('registration:\n  - { use: consul }');
  expect(problems).toMatchObject([{ code: 'GATEWAY_FILE_INVALID', place: { line: 2 } }]);
});
