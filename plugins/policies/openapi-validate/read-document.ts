import { readFile } from 'node:fs/promises';
import type { Http } from '@backplane/sdk';
import { parse } from 'yaml';
import type { OpenapiSettings } from './settings.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Rejects with what is wrong. */
export async function readDocument({ document, file, url }: OpenapiSettings, http: Http): Promise<Json> {
  const read: unknown =
    document ?? parse(file === undefined ? await fetched(http, url!) : await readFile(file, 'utf8'));
  if (!isObject(read) || typeof read['openapi'] !== 'string' || !/^3\.[01]\./.test(read['openapi']))
    throw new TypeError('it is no OpenAPI document of version 3.0 or 3.1');
  return read;
}

async function fetched(http: Http, url: string): Promise<string> {
  const { status, body } = await http.send({ url, timeoutMs: 5_000, maxResponseBytes: 16 * 1024 * 1024 });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return new TextDecoder().decode(body);
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
