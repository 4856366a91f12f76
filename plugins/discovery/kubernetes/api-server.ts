import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Settings } from './settings.ts';

/** The API server refused; 410 says that a version is too old to go on from. */
export class ApiRefusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(`the API server answered ${status}${text === '' ? '' : `: ${text}`}`);
    this.status = status;
  }
}

const QUESTION_MS = 10_000;

/** Asks the API server. The token is in no error. */
export class ApiServer {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async namespace(): Promise<string> {
    const { namespace, namespaceFile } = this.#settings;
    if (namespace !== undefined) return namespace;
    return existsSync(namespaceFile) ? (await readFile(namespaceFile, 'utf8')).trim() : 'default';
  }

  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(QUESTION_MS)]);
    return JSON.parse(await textOf(await this.#open(path, limited)));
  }

  /** One JSON value a line, until the server or the signal ends it. */
  async *lines(path: string, signal: AbortSignal): AsyncIterable<unknown> {
    const answer = await this.#open(path, signal);
    answer.setEncoding('utf8');
    let rest = '';
    for await (const piece of answer as AsyncIterable<string>) {
      const lines = (rest + piece).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== '') yield JSON.parse(line);
    }
  }

  async #open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const url = new URL(path, this.#address());
    const token = await this.#token();
    const ca = await this.#authority();
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = {
      signal,
      headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      ...(ca !== undefined && { ca }),
    };
    const asking = (url.protocol === 'https:' ? requestTls : requestPlain)(url, options, resolve);
    asking.once('error', reject);
    asking.end();
    const answer = await promise;
    if (answer.statusCode === 200) return answer;
    const text = await textOf(answer);
    throw new ApiRefusal(answer.statusCode ?? 0, messageIn(text));
  }

  #address(): string {
    if (this.#settings.address !== undefined) return this.#settings.address;
    const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
    if (host === undefined) throw new Error('this host is not in a cluster: say `address`');
    return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
  }

  async #token(): Promise<string | undefined> {
    const { token, tokenFile } = this.#settings;
    if (token !== undefined) return token;
    return existsSync(tokenFile) ? (await readFile(tokenFile, 'utf8')).trim() : undefined;
  }

  async #authority(): Promise<string | undefined> {
    const { certificateAuthority, certificateAuthorityFile } = this.#settings;
    if (certificateAuthority !== undefined) return certificateAuthority;
    return existsSync(certificateAuthorityFile) ? readFile(certificateAuthorityFile, 'utf8') : undefined;
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  answer.setEncoding('utf8');
  let text = '';
  for await (const piece of answer as AsyncIterable<string>) text += piece;
  return text;
}

function messageIn(text: string): string {
  try {
    return String((JSON.parse(text) as { message?: unknown }).message ?? '').slice(0, 200);
  } catch {
    return '';
  }
}
