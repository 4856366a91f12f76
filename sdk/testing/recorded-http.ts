import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Http, HttpBody, HttpReply, HttpRequest } from '../ports/http.ts';
import { isCredentialHeader, scrub } from './scrub.ts';

/** One exchange as it stands in a cassette. Query values and bodies are scrubbed; credentials are not there at all. */
export interface CassetteEntry {
  readonly request: { readonly method: string; readonly url: string; readonly body?: string };
  readonly reply: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly text?: string;
    /** For bodies that are no UTF-8. */
    readonly base64?: string;
  };
}

export interface RecordOptions {
  /** Where requests really go. Absent: only what was recorded is answered. */
  readonly record?: Http;
  /** Values that must not get into the file: they are replaced by `***`, in every encoding. */
  readonly secrets?: readonly string[];
}

/**
 * Answers from a file of recorded exchanges, in their order, matched by method, address and body. With `record`, what is missing is
 * fetched and written, scrubbed. A request that was never recorded rejects and says which it was.
 */
export function recordedHttp(file: string, { record, secrets = [] }: RecordOptions = {}): Http {
  const entries: CassetteEntry[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  const used = new Set<CassetteEntry>();
  return {
    async send(request) {
      const asked = await askedOf(request, secrets);
      const fits = ({ request: { method, url, body } }: CassetteEntry) =>
        method === asked.method && url === asked.url && body === asked.body;
      const entry = entries.find((one) => !used.has(one) && fits(one)) ?? entries.find(fits);
      if (entry !== undefined) {
        used.add(entry);
        return replyOf(entry, request.url);
      }
      if (record === undefined) throw new Error(`${file} holds no exchange ${asked.method} ${asked.url}`);
      const reply = await record.send(request);
      const recorded = { request: asked, reply: scrubbed(reply, secrets) };
      entries.push(recorded);
      used.add(recorded);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, `${JSON.stringify(entries, null, 2)}\n`);
      return reply;
    },
  };
}

async function askedOf(request: HttpRequest, secrets: readonly string[]): Promise<CassetteEntry['request']> {
  const given = typeof request.body === 'function' ? request.body() : request.body;
  const body = given === undefined ? undefined : scrub(await textOf(given), secrets);
  const method = (request.method ?? 'GET').toUpperCase();
  return { method, url: scrub(request.url, secrets), ...(body === undefined ? {} : { body }) };
}

/** Of a form only its fields: the boundary between them differs each time. */
async function textOf(body: HttpBody): Promise<string> {
  if (!(body instanceof FormData)) return await new Response(body as ConstructorParameters<typeof Response>[0]).text();
  const fields = [...body.entries()].map(async ([name, value]) => [
    name,
    typeof value === 'string' ? value : await value.text(),
  ]);
  return JSON.stringify(await Promise.all(fields));
}

function scrubbed({ status, headers, body }: HttpReply, secrets: readonly string[]): CassetteEntry['reply'] {
  const kept = Object.entries(headers).filter(([name]) => !isCredentialHeader(name));
  const clean = Object.fromEntries(kept.map(([name, value]) => [name, scrub(value, secrets)]));
  const text = Buffer.from(body).toString('utf8');
  const isText = Buffer.from(text).equals(Buffer.from(body));
  return {
    status,
    headers: clean,
    ...(isText ? { text: scrub(text, secrets) } : { base64: Buffer.from(body).toString('base64') }),
  };
}

function replyOf({ reply }: CassetteEntry, url: string): HttpReply {
  const body = reply.base64 === undefined ? Buffer.from(reply.text ?? '') : Buffer.from(reply.base64, 'base64');
  return { status: reply.status, headers: reply.headers, body: new Uint8Array(body), url };
}
