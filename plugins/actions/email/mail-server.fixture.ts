import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { sendEmailSmtp } from './send-email-smtp.ts';

const pem = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url));

export interface Delivery {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly secure: boolean;
  readonly user: string | undefined;
}

export interface TestMailServer extends AsyncDisposable {
  readonly port: number;
  readonly deliveries: readonly Delivery[];
}

/** A real mail server; it knows the login `me` / `right` and, unless told otherwise, asks nobody for it. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<TestMailServer> {
  const deliveries: Delivery[] = [];
  const server = new SMTPServer({
    cert: pem('server.pem'),
    key: pem('server.key'),
    authOptional: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'me' && password === 'right' ? done(null, { user: username }) : done(new Error('Invalid login')),
    onData(stream, session, done) {
      text(stream).then((raw) => {
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        const user = (session.user as string | false | undefined) || undefined;
        deliveries.push({ from, to: rcptTo.map(({ address }) => address), raw, secure: session.secure, user });
        done();
      }, done);
    },
    ...options,
  });
  server.on('error', () => {}); // A client that refuses the certificate ends its connection with one: that is the test.
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const stop = () => new Promise<void>((resolve) => server.close(resolve));
  return { port: (listening.address() as AddressInfo).port, deliveries, [Symbol.asyncDispose]: stop };
}

export interface SendWishes {
  readonly port: number;
  readonly input?: object;
  readonly smtp?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** Sends a short message from `a@here.example` to `b@there.example`, changed by `input`. */
export async function send({ port, input, smtp, signal = new AbortController().signal }: SendWishes) {
  const given = { sender: 'a@here.example', recipients: ['b@there.example'], subject: 'Hi', body: 'Hello', ...input };
  const parsed = await sendEmailSmtp.input['~standard'].validate(given);
  if (parsed.issues !== undefined) throw new Error(parsed.issues[0]!.message);
  return sendEmailSmtp.run({
    input: parsed.value,
    run: { id: 'run', step: 'step', attempt: 1, idempotencyKey: 'key' },
    signal,
    log: { debug() {}, info() {}, warn() {}, error() {} },
    progress() {},
    secrets: { smtp: { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), ...smtp } },
  });
}

export async function failureOf(wishes: SendWishes): Promise<{ code: string; message: string }> {
  return send(wishes).then(
    () => ({ code: 'none', message: '' }),
    (error) => error,
  );
}
