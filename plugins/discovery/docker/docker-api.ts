import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import type { Settings } from './settings.ts';

const QUESTION_MS = 10_000;

/** Docker's HTTP API, by its socket or over TCP. */
export class DockerApi {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async get(path: string, signal: AbortSignal): Promise<unknown> {
    const answer = await this.#open(path, AbortSignal.any([signal, AbortSignal.timeout(QUESTION_MS)]));
    let text = '';
    for await (const piece of answer) text += piece;
    return JSON.parse(text);
  }

  /** Resolves once Docker tells events; then one call for each line of them. */
  async *lines(path: string, signal: AbortSignal): AsyncIterable<string> {
    const answer = await this.#open(path, signal);
    // Docker answers at once, and from then on no event is missed.
    yield '';
    let rest = '';
    for await (const piece of answer) {
      const lines = (rest + String(piece)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== '') yield line;
    }
  }

  async #open(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const { address, socket } = this.#settings;
    const options = { signal, headers: { accept: 'application/json' } };
    const asking =
      address === undefined
        ? requestPlain(
            { ...options, socketPath: socket, path, headers: { ...options.headers, host: 'docker' } },
            resolve,
          )
        : (address.startsWith('https:') ? requestTls : requestPlain)(new URL(path, address), options, resolve);
    asking.once('error', reject);
    asking.end();
    const answer = await promise;
    answer.setEncoding('utf8');
    if (answer.statusCode === 200) return answer;
    answer.resume();
    throw new Error(`Docker answered ${answer.statusCode}`);
  }
}
