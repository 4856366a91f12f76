import { expect, test } from 'vitest';
import type { Resolve } from './guarded-connector.ts';
import { codeOf, openPort, serve } from './local-server.fixture.ts';

const resolvesTo =
  (...addresses: string[]): Resolve =>
  (_host, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

test('a name that resolves to a metadata address is refused where it is dialled', async () => {
  await using http = openPort({ resolve: resolvesTo('169.254.169.254') });
  await expect(http.send({ url: 'http://innocent.example/?q=hidden' })).rejects.toMatchObject({
    code: 'EGRESS_DENIED',
    message: 'This host may not connect to innocent.example: it leads to a link-local or cloud metadata address.',
  });
});

test('a name that changes its address between two requests gains nothing', async () => {
  await using server = await serve((_request, response) => response.writeHead(200, { connection: 'close' }).end('ok'));
  const answers = ['127.0.0.1', '169.254.169.254'];
  await using http = openPort({ resolve: (_host, answer) => answer(null, [{ address: answers.shift()!, family: 4 }]) });
  const url = `http://rebinding.example:${server.port}/`;
  expect((await http.send({ url })).status).toBe(200);
  expect(await codeOf(http.send({ url }))).toBe('EGRESS_DENIED');
});

test('of several addresses only the permitted ones are dialled', async () => {
  await using server = await serve((_request, response) => response.end('ok'));
  await using http = openPort({ resolve: resolvesTo('fe80::1', '169.254.0.1', '127.0.0.1') });
  expect((await http.send({ url: `http://mixed.example:${server.port}/` })).status).toBe(200);
});

test('a refused name is never looked up', async () => {
  const asked: string[] = [];
  const resolve: Resolve = (host, answer) => {
    asked.push(host);
    answer(null, [{ address: '127.0.0.1', family: 4 }]);
  };
  await using http = openPort({ resolve, egress: { allow: ['api.example.com'] } });
  expect(await codeOf(http.send({ url: 'http://secret-data.attacker.example/' }))).toBe('EGRESS_DENIED');
  expect(asked).toEqual([]);
});

test('a rule that is none stops the port from opening', () => {
  for (const egress of [{ deny: ['http://x/'] }, { noProxy: ['a b'] }])
    expect(() => openPort({ egress })).toThrow(expect.objectContaining({ code: 'EGRESS_RULE_INVALID' }));
});
