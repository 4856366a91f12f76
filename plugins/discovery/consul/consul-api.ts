import type { Http, HttpReply } from '@backplane/sdk';
import type { Settings } from './settings.ts';

/** How much longer than it was told Consul may take: a sixteenth, so that not all who wait come back at once. */
const JITTER = 1 / 16;
const SLACK_MS = 5_000;

export interface Answer {
  readonly status: number;
  readonly content: unknown;
  /** X-Consul-Index; undefined where there is none. */
  readonly index: number | undefined;
}

/** Consul's HTTP API. Rejects for anything but the expected statuses; the token is in no error. */
export class ConsulApi {
  readonly #http: Http;
  readonly #settings: Settings;

  constructor(http: Http, settings: Settings) {
    this.#http = http;
    this.#settings = settings;
  }

  async get(path: string, query: URLSearchParams, signal: AbortSignal, waitMs = 0): Promise<Answer> {
    const reply = await this.#send('GET', `${path}?${query}`, undefined, signal, waitMs);
    if (reply.status !== 200 && reply.status !== 404) throw refused(reply);
    const index = Number(reply.headers['x-consul-index']);
    const content: unknown = reply.status === 200 ? JSON.parse(textOf(reply)) : undefined;
    return { status: reply.status, content, index: Number.isSafeInteger(index) && index > 0 ? index : undefined };
  }

  async put(path: string, content: unknown, signal: AbortSignal): Promise<number> {
    const reply = await this.#send('PUT', path, JSON.stringify(content), signal, 0);
    if (reply.status !== 200 && reply.status !== 404) throw refused(reply);
    return reply.status;
  }

  #send(method: string, path: string, body: string | undefined, signal: AbortSignal, waitMs: number) {
    const { address, token, certificateAuthority } = this.#settings;
    return this.#http.send({
      url: `${address.replace(/\/+$/, '')}/v1/${path}`,
      method,
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { 'x-consul-token': token }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body }),
      ...(certificateAuthority !== undefined && { certificateAuthority }),
      // A redirect would take the token elsewhere.
      followRedirects: false,
      timeoutMs: Math.ceil(waitMs * (1 + JITTER)) + SLACK_MS,
      signal,
    });
  }
}

function refused(reply: HttpReply): Error {
  const text = textOf(reply).trim().slice(0, 200);
  return new Error(`Consul answered ${reply.status}${text === '' ? '' : `: ${text}`}`);
}

function textOf({ body }: HttpReply): string {
  return new TextDecoder().decode(body);
}
