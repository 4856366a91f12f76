import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { failureOf, send, startMailServer } from './mail-server.fixture.ts';
import { readMessage } from './read-message.ts';

const login = { SMTP_USER: 'me', SMTP_PASS: 'right' };

test('a message arrives with all its addresses, and nobody sees the blind copies', async () => {
  await using server = await startMailServer();
  const input = {
    recipients: ['b@there.example', 'Çelik <c@there.example>'],
    cc: 'd@there.example',
    bcc: ['secret@there.example'],
    reply_to: 'r@here.example',
    headers: { 'X-Case': '42', 'X-None': null },
    sender_prefix: 'Überwachung',
    subject: 'Grüße',
    body: 'Hällo\n.\nWorld',
  };
  const sent = await send({ port: server.port, input });
  const [delivery] = server.deliveries;
  expect(sent.accepted).toEqual(['b@there.example', 'c@there.example', 'd@there.example', 'secret@there.example']);
  expect(delivery!.to).toContain('secret@there.example');
  expect(delivery!.raw).not.toMatch(/secret|bcc/i);
  const message = await readMessage(delivery!.raw, { includeContent: false });
  expect(message).toMatchObject({
    from: { name: 'Überwachung', address: 'a@here.example' },
    to: [
      { name: '', address: 'b@there.example' },
      { name: 'Çelik', address: 'c@there.example' },
    ],
    cc: [{ name: '', address: 'd@there.example' }],
    reply_to: [{ name: '', address: 'r@here.example' }],
    subject: 'Grüße',
    message_id: sent.message_id,
  });
  expect(message.text!.trimEnd()).toBe('Hällo\n.\nWorld');
  expect(message.headers).toContainEqual({ name: 'X-Case', value: '42' });
});

test('HTML goes as given beside a text for those who see none, with attachments', async () => {
  await using server = await startMailServer();
  const body = '<p style="color:red">Down</p>';
  const attachments = [{ filename: 'a"\r\nX-Bad: 1.txt', content_base64: 'aGk=', content_type: 'text/plain' }];
  await send({ port: server.port, input: { body, content_type: 'text/html', attachments } });
  const message = await readMessage(server.deliveries[0]!.raw, { includeContent: true });
  expect(message.html!.trim()).toBe(body);
  expect(message.text).toContain('This message is in HTML');
  expect(message.attachments[0]).toMatchObject({ content_type: 'text/plain', size: 2, content_base64: 'aGk=' });
  expect(message.headers.map(({ name }) => name)).not.toContain('X-Bad');
});

test('the login goes over STARTTLS when asked for, by itself only where the connection is protected', async () => {
  await using server = await startMailServer();
  const { port } = server;
  await send({ port, smtp: login, input: { enable_starttls: true, ignore_cert_errors: true } });
  await send({ port, smtp: login, input: { enable_starttls: false } });
  await send({ port, smtp: login, input: { enable_starttls: true, enable_auth: false, ignore_cert_errors: true } });
  expect(server.deliveries.map(({ secure, user }) => [secure, user])).toEqual([
    [true, 'me'],
    [false, undefined],
    [true, undefined],
  ]);
});

test('TLS that nobody demanded is used where it is offered, whoever signed the certificate', async () => {
  await using server = await startMailServer();
  await using plain = await startMailServer({ hideSTARTTLS: true });
  await send({ port: server.port });
  await send({ port: plain.port });
  expect([server.deliveries[0]!.secure, plain.deliveries[0]!.secure]).toEqual([true, false]);
});

test('TLS from the first byte', async () => {
  await using server = await startMailServer({ secure: true });
  await send({ port: server.port, smtp: login, input: { enable_ssl: true, ignore_cert_errors: true } });
  expect(server.deliveries[0]).toMatchObject({ secure: true, user: 'me' });
});

test('a certificate nobody vouches for is refused where TLS is demanded, and so is a server without STARTTLS', async () => {
  await using server = await startMailServer();
  await using plain = await startMailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS', 'AUTH'] });
  await using secure = await startMailServer({ secure: true });
  expect((await failureOf({ port: server.port, input: { enable_starttls: true } })).code).toBe('EMAIL_TLS_FAILED');
  expect((await failureOf({ port: plain.port, input: { enable_starttls: true } })).code).toBe('EMAIL_TLS_FAILED');
  expect((await failureOf({ port: secure.port, input: { enable_ssl: true } })).code).toBe('EMAIL_TLS_FAILED');
  expect((await failureOf({ port: server.port, input: { enable_ssl: true } })).code).toBe('EMAIL_TLS_FAILED');
});

test('a wrong password is refused, and stands in no error', async () => {
  await using server = await startMailServer();
  const smtp = { SMTP_USER: 'me', SMTP_PASS: 'hunter2-hidden' };
  const error = await failureOf({
    port: server.port,
    smtp,
    input: { enable_starttls: true, ignore_cert_errors: true },
  });
  expect(error.code).toBe('EMAIL_LOGIN_REFUSED');
  expect(error.message).toContain(`127.0.0.1:${server.port} refuses the login`);
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test('servers that cannot be reached, stay silent or hang up', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  const rude = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await Promise.all([once(silent, 'listening'), once(rude, 'listening')]);
  const portOf = (server: typeof silent) => (server.address() as AddressInfo).port;
  const quiet = await failureOf({ port: portOf(silent), input: { timeout: 0.1 } });
  const hangsUp = await failureOf({ port: portOf(rude) });
  const closed = portOf(rude);
  silent.close();
  rude.close();
  await once(rude, 'close');
  const refused = await failureOf({ port: closed });
  const unknown = await failureOf({ port: 25, smtp: { SMTP_HOST: 'no-such-host.invalid' } });
  expect([quiet.code, hangsUp.code, refused.code, unknown.code]).toEqual([
    'EMAIL_TIMEOUT',
    'EMAIL_SERVER_UNREACHABLE',
    'EMAIL_SERVER_UNREACHABLE',
    'EMAIL_SERVER_UNREACHABLE',
  ]);
  expect(refused.message).toBe(
    `No connection to the mail server 127.0.0.1:${closed}: it refuses connections on this port.`,
  );
  expect(unknown.message).toContain('its name has no address');
});

test('refused recipients: some are reported, all are an error, for now or for good', async () => {
  const answer = (status: number) =>
    Object.assign(new Error(status === 450 ? 'Greylisted' : 'No such user'), { responseCode: status });
  await using server = await startMailServer({
    onRcptTo: ({ address }, _session, done) => {
      if (address.startsWith('no-')) done(answer(550));
      else if (address.startsWith('later-')) done(answer(450));
      else done();
    },
  });
  const to = (...recipients: string[]) => ({ port: server.port, input: { recipients } });
  expect(await send(to('no-1@x.example', 'yes@x.example'))).toMatchObject({
    accepted: ['yes@x.example'],
    rejected: ['no-1@x.example'],
  });
  expect(await failureOf(to('no-1@x.example'))).toMatchObject({
    code: 'EMAIL_REFUSED',
    message: expect.stringContaining('No such user'),
  });
  expect((await failureOf(to('later-1@x.example'))).code).toBe('EMAIL_REFUSED_FOR_NOW');
});

test('an abort ends the sending', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const controller = new AbortController();
  silent.once('connection', () => controller.abort());
  const failed = send({ port: (silent.address() as AddressInfo).port, signal: controller.signal });
  await expect(failed).rejects.toMatchObject({ name: 'AbortError' });
  silent.close();
});
