import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Load } from './http-load-worker.fixture.ts';

/** Sends requests from a process of its own. */
export interface HttpLoad extends Disposable {
  /** Resolves when all have been answered; rejects when one was not answered as it should be. */
  send(load: Load): Promise<void>;
}

export function openHttpLoad(): HttpLoad {
  const worker = fork(join(import.meta.dirname, 'http-load-worker.fixture.ts'), { execArgv: [] });
  return {
    send: (load) =>
      new Promise((resolve, reject) => {
        worker.once('message', ({ error }: { error?: string }) =>
          error === undefined ? resolve() : reject(new Error(error)),
        );
        worker.send(load);
      }),
    [Symbol.dispose]: () => void worker.kill(),
  };
}

/** A POST of JSON as it goes over the wire. */
export function postRequest(path: string, body: object, headers: Readonly<Record<string, string>> = {}): string {
  const text = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${text}`;
}
