import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Resolve } from './guarded-connector.ts';
import { codeOf, type LocalServer, openPort, serve } from './local-server.fixture.ts';

/** What must not be reached, and a server of the open network that leads there. */
let inside: LocalServer;
let outside: LocalServer;
let reached: string[] = [];

beforeAll(async () => {
  inside = await serve((request, response) => {
    reached.push(request.url!);
    response.end('secret');
  });
  outside = await serve((request, response) => {
    const to = new URL(request.url!, 'http://x').searchParams.get('to')!;
    response.writeHead(302, { location: to.replace(/[^ -~]/gu, encodeURIComponent) }).end();
  });
});
afterAll(async () => {
  await inside[Symbol.asyncDispose]();
  await outside[Symbol.asyncDispose]();
});

/** The attacker's name server: `7f000001.evil.example` has the address that its name says. */
const resolve: Resolve = (host, answer) => {
  const [first = ''] = host.split('.');
  if (/^localhost/.test(host)) return answer(null, [{ address: '127.0.0.1', family: 4 }]);
  const address = { loopback: '127.0.0.1', mapped: '::ffff:127.0.0.1', six: '::1', zone: 'fe80::1%lo' }[first];
  if (address === undefined) return answer(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []);
  answer(null, [{ address, family: address.includes(':') ? 6 : 4 }]);
};

/** Only the open network, and the one server that plays it. */
const openNetwork = () =>
  openPort({ resolve, egress: { allow: ['*', `127.0.0.1:${outside.port}`], allowPrivateNetworks: false } });

const DENIED = 'EGRESS_DENIED';
const INVALID = 'HTTP_PORT_URL_INVALID';

/** `PORT` is the port of the server inside. */
const CORPUS: readonly (readonly [what: string, url: string, code: string])[] = [
  ['dotted', 'http://127.0.0.1:PORT/', DENIED],
  ['another loopback address', 'http://127.8.9.10:PORT/', DENIED],
  ['one decimal number', 'http://2130706433:PORT/', DENIED],
  ['one hexadecimal number', 'http://0x7f000001:PORT/', DENIED],
  ['one octal number', 'http://017700000001:PORT/', DENIED],
  ['hexadecimal parts', 'http://0x7f.0x0.0x0.0x1:PORT/', DENIED],
  ['octal parts', 'http://0177.0.0.01:PORT/', DENIED],
  ['octal with more zeros', 'http://00000177.1:PORT/', DENIED],
  ['two parts', 'http://127.1:PORT/', DENIED],
  ['three parts', 'http://127.0.1:PORT/', DENIED],
  ['mixed bases', 'http://0x7f.1:PORT/', DENIED],
  ['zero', 'http://0:PORT/', DENIED],
  ['the unspecified address', 'http://0.0.0.0:PORT/', DENIED],
  ['a dot at the end', 'http://127.0.0.1.:PORT/', DENIED],
  ['full-width digits', 'http://１２７.０.０.１:PORT/', DENIED],
  ['circled digits', 'http://①②⑦.⓪.⓪.①:PORT/', DENIED],
  ['ideographic full stops', 'http://127。0。0。1:PORT/', DENIED],
  ['percent signs', 'http://%31%32%37.0.0.1:PORT/', DENIED],
  ['line breaks and tabs inside', 'http://127.0.\n0\t.1:PORT/', DENIED],
  ['a number too large', 'http://256.0.0.1:PORT/', INVALID],
  ['five parts', 'http://127.0.0.0.1:PORT/', INVALID],
  ['not quite octal', 'http://0178.0.0.1:PORT/', INVALID],
  ['IPv6 loopback', 'http://[::1]:PORT/', DENIED],
  ['IPv6 loopback, spelt out', 'http://[0000:0:0:0:0:0:0:0001]:PORT/', DENIED],
  ['IPv6 unspecified', 'http://[::]:PORT/', DENIED],
  ['IPv4-mapped, dotted', 'http://[::ffff:127.0.0.1]:PORT/', DENIED],
  ['IPv4-mapped, hexadecimal', 'http://[::ffff:7f00:1]:PORT/', DENIED],
  ['IPv4-compatible', 'http://[::127.0.0.1]:PORT/', DENIED],
  ['IPv4-translated (SIIT)', 'http://[::ffff:0:127.0.0.1]:PORT/', DENIED],
  ['NAT64', 'http://[64:ff9b::127.0.0.1]:PORT/', DENIED],
  ['NAT64 with a prefix of local use', 'http://[64:ff9b:1::127.0.0.1]:PORT/', DENIED],
  ['6to4', 'http://[2002:7f00:1::]:PORT/', DENIED],
  ['Teredo', 'http://[2001:0:7f00:1::1]:PORT/', DENIED],
  ['unique local', 'http://[fd00::1]:PORT/', DENIED],
  ['a zone', 'http://[fe80::1%25lo]:PORT/', INVALID],
  ['a zone of loopback', 'http://[::1%25lo]:PORT/', INVALID],
  ['cloud metadata', 'http://169.254.169.254/latest/meta-data/', DENIED],
  ['cloud metadata as a number', 'http://2852039166/', DENIED],
  ['cloud metadata over IPv6', 'http://[fd00:ec2::254]/', DENIED],
  ['cloud metadata through NAT64', 'http://[64:ff9b::a9fe:a9fe]/', DENIED],
  ['metadata of Alibaba', 'http://100.100.100.200/', DENIED],
  ['carrier-grade NAT', 'http://100.64.0.1:PORT/', DENIED],
  ['a private range', 'http://10.0.0.1:PORT/', DENIED],
  ['localhost', 'http://localhost:PORT/', DENIED],
  ['localhost with a dot', 'http://LOCALHOST.:PORT/', DENIED],
  ['localhost in other letters', 'http://ⓛocalhost:PORT/', DENIED],
  ['a name that leads there', 'http://loopback.evil.example:PORT/', DENIED],
  ['a name with an IPv4-mapped address', 'http://mapped.evil.example:PORT/', DENIED],
  ['a name with an IPv6 address', 'http://six.evil.example:PORT/', DENIED],
  ['a name with a zone in its address', 'http://zone.evil.example:PORT/', DENIED],
  ['a user that looks like a host', 'http://good.example@127.0.0.1:PORT/', DENIED],
  ['a user and password that look like a host', 'http://good.example:80@127.0.0.1:PORT/', DENIED],
  ['two at signs', 'http://a@good.example@127.0.0.1:PORT/', DENIED],
  ['an escaped slash in the user', 'http://good.example%2f@127.0.0.1:PORT/', DENIED],
  ['a fragment that looks like a host', 'http://127.0.0.1:PORT#@good.example/', DENIED],
  ['a backslash before the at sign', 'http://127.0.0.1:PORT\\@good.example/', DENIED],
  ['backslashes for slashes', 'http:\\\\127.0.0.1:PORT\\', DENIED],
  ['no slashes', 'http:127.0.0.1:PORT/', DENIED],
  ['too many slashes', 'http:////127.0.0.1:PORT/', DENIED],
  ['a zero byte in the host', 'http://127.0.0.1%00.good.example:PORT/', INVALID],
  ['two ports', 'http://good.example:80:PORT/', INVALID],
  ['a port out of range', 'http://127.0.0.1:70000/', INVALID],
  ['a file', 'file:///etc/passwd', INVALID],
  ['gopher', 'gopher://127.0.0.1:PORT/_GET', INVALID],
  ['data', 'data:text/plain,secret', INVALID],
  ['a web socket', 'ws://127.0.0.1:PORT/', INVALID],
];

test.each(CORPUS)('%s does not lead inside: %s', async (_what, pattern, code) => {
  reached = [];
  await using http = openNetwork();
  const url = pattern.replace('PORT', String(inside.port));
  expect(await codeOf(http.send({ url }))).toBe(code);
  // A relative location is that of the outer server; its scheme is the same.
  if (code === DENIED && /^http:[/\\]{2}/.test(url)) {
    const from = `${outside.url}/?to=${encodeURIComponent(url.replace(/[\n\t]/g, ''))}`;
    expect(await codeOf(http.send({ url: from, followRedirects: true }))).toBe(DENIED);
  }
  expect(reached).toEqual([]);
});

test('a redirect to another scheme is not followed', async () => {
  await using http = openNetwork();
  for (const to of ['file:///etc/passwd', `gopher://127.0.0.1:${inside.port}/`, 'data:text/plain,x', 'javascript:1'])
    expect(
      await codeOf(http.send({ url: `${outside.url}/?to=${encodeURIComponent(to)}`, followRedirects: true })),
    ).toBe('HTTP_PORT_REDIRECT_INVALID');
});

test('the permitted port of an address opens no other one', async () => {
  reached = [];
  await using http = openNetwork();
  expect((await http.send({ url: `${outside.url}/?to=/` })).status).toBe(302);
  expect(await codeOf(http.send({ url: inside.url }))).toBe(DENIED);
  expect(reached).toEqual([]);
});

test('the same requests do reach the inside where private networks are permitted', async () => {
  reached = [];
  await using http = openPort({ resolve });
  for (const host of ['2130706433', '0x7f.1', '１２７.０.０.１', 'loopback.evil.example'])
    expect((await http.send({ url: `http://${host}:${inside.port}/` })).status).toBe(200);
  expect(reached).toHaveLength(4);
});
