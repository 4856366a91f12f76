import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type LocalServer, serveTls } from '../../../network/local-server.fixture.ts';
import type { GitWorkshop } from './git-workshop.fixture.ts';

export const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((file) =>
  existsSync(file),
);

/** Decides, after so many bytes of a pack, whether the server goes on. */
export type Fault = (sent: number, response: ServerResponse) => 'go on' | 'hold';

/** The repositories of the workshop over https by `git http-backend`; only `ada` with the password `letmein` is let in. */
export function gitOverHttps(shop: GitWorkshop, fault: Fault = () => 'go on'): Promise<LocalServer> {
  const wanted = `Basic ${Buffer.from('ada:letmein').toString('base64')}`;
  return serveTls((request, response) => {
    if (request.headers.authorization !== wanted)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    backend(shop, { request, response, fault });
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly fault: Fault;
}

function backend(shop: GitWorkshop, { request, response, fault }: Exchange): void {
  const [path = '', query = ''] = request.url!.split('?');
  const env = {
    ...shop.env,
    GIT_PROJECT_ROOT: join(shop.path, 'repositories'),
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    PATH_INFO: path,
    QUERY_STRING: query,
    REQUEST_METHOD: request.method!,
    CONTENT_TYPE: String(request.headers['content-type'] ?? ''),
    HTTP_CONTENT_ENCODING: String(request.headers['content-encoding'] ?? ''),
    REMOTE_USER: 'ada',
  };
  const child = spawn('git', ['http-backend'], { env });
  request.pipe(child.stdin);
  child.stdin.on('error', () => {});
  let head = '';
  const onHead = (chunk: Buffer) => {
    head += chunk.toString('latin1');
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    child.stdout.off('data', onHead);
    const headers = head
      .slice(0, end)
      .split('\r\n')
      .map((line) => line.split(/: (.*)/) as [string, string]);
    const status = headers.find(([name]) => name === 'Status')?.[1];
    response.writeHead(
      Number.parseInt(status ?? '200', 10),
      Object.fromEntries(headers.filter(([name]) => name !== 'Status')),
    );
    response.write(Buffer.from(head.slice(end + 4), 'latin1'));
    let sent = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      sent += chunk.length;
      if (fault(sent, response) === 'go on') response.write(chunk);
      else child.kill();
    });
    child.stdout.on('end', () => fault(sent, response) === 'go on' && response.end());
  };
  child.stdout.on('data', onHead);
}

export interface SshServer extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  /** A line for `known_hosts`. */
  readonly hostLine: string;
  readonly fingerprint: string;
}

/** A real sshd on a free port with a host key of its own, which lets in only this public key. */
export async function sshServer(shop: GitWorkshop, authorized: string, name = 'host'): Promise<SshServer> {
  const host = shop.sshKey(name);
  const port = await freePort();
  const config = shop.write(
    `sshd-${name}.conf`,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${host.file}`,
      `AuthorizedKeysFile ${shop.write(`authorized-${name}`, `${authorized}\n`)}`,
      `PidFile ${join(shop.path, `sshd-${name}.pid`)}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
    ].join('\n'),
  );
  if (userInfo().uid === 0) shop.run('mkdir', ['-p', '/run/sshd']);
  const child = spawn(SSHD!, ['-D', '-e', '-f', config], { env: shop.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  for await (const chunk of child.stderr.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (said.includes('Server listening')) break;
  }
  if (!said.includes('Server listening')) throw new Error(`sshd did not start: ${said}`);
  child.stderr.resume();
  const [type, body] = host.publicKey.split(' ');
  return {
    port,
    user: userInfo().username,
    hostLine: `[127.0.0.1]:${port} ${type} ${body}\n`,
    fingerprint: shop.run('ssh-keygen', ['-l', '-f', host.file]).split(' ')[1]!,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
