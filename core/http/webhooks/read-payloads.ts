import { raise } from '../../errors/catalogue.ts';
import { fieldsOf, formFields, isJson, parseJsonBytes } from '../request-body.ts';
import { isWithoutBody } from './signature-scheme.ts';
import type { WebhookCall } from './webhook-call.ts';

/** What one run gets: the data of a body or of one of its lines, and as it was sent. */
export interface Payload {
  readonly data: unknown;
  readonly raw: Buffer;
}

export interface Payloads {
  /** Whether every payload is a line of the body, with a run of its own. */
  readonly lines: boolean;
  readonly payloads: readonly Payload[];
}

const LINES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/x-jsonlines'];
const MOST_LINES = 1000;
const MOST_PROBLEMS = 20;

/**
 * JSON as data with exact numbers, forms as maps, text and XML as text, anything else as `{content_type, base64}`; the query of a
 * GET, null for an empty body. Throws HTTP_BODY_SYNTAX, INPUT_TOO_DEEP, HTTP_FORM_SYNTAX,
 * HTTP_MEDIA_TYPE or WEBHOOK_LINES_INVALID.
 */
export async function readPayloads(call: WebhookCall): Promise<Payloads> {
  const { headers, body: raw } = call;
  if (isWithoutBody(call)) return one(queryOf(call), raw);
  const full = headers['content-type'] ?? '';
  const type = full.split(';')[0]!.trim().toLowerCase();
  if (LINES.includes(type)) return { lines: true, payloads: readLines(raw) };
  if (raw.length === 0) return one(null, raw);
  if (isJson(type)) return one(parseJsonBytes(raw), raw);
  if (type === 'application/x-www-form-urlencoded') return one(formFields(raw.toString('utf8')), raw);
  if (type === 'multipart/form-data') return one(await readMultipart(raw, full), raw);
  if (/^text\/|^application\/xml$|\+xml$/.test(type)) return one(readText(raw, full, type), raw);
  return one({ content_type: type, base64: raw.toString('base64') }, raw);
}

const one = (data: unknown, raw: Buffer): Payloads => ({ lines: false, payloads: [{ data, raw }] });

/** The parameters of the query, without the one that is meant for the host. */
export function queryOf({ query }: WebhookCall): Record<string, unknown> {
  const { wait: _, ...others } = formFields(query);
  return others;
}

function readLines(body: Buffer): Payload[] {
  const problems: string[] = [];
  const payloads = body
    .toString('utf8')
    .split(/\r?\n/)
    .flatMap((line, index) => {
      if (line.trim() === '') return [];
      const raw = Buffer.from(line);
      try {
        return [{ data: parseJsonBytes(raw), raw }];
      } catch (error) {
        problems.push(`line ${index + 1}: ${(error as Error).message}`);
        return [];
      }
    });
  if (problems.length > 0) throw raise.WEBHOOK_LINES_INVALID({ problems: problems.slice(0, MOST_PROBLEMS) });
  if (payloads.length > MOST_LINES)
    throw raise.WEBHOOK_LINES_INVALID({
      problems: [`there are ${payloads.length} lines, at most ${MOST_LINES} are taken`],
    });
  return payloads;
}

/** The parser of the Fetch API, which comes with Node. Files become `{filename, content_type, base64}`. */
async function readMultipart(raw: Buffer, contentType: string): Promise<Record<string, unknown>> {
  const form = await new Response(new Uint8Array(raw), { headers: { 'content-type': contentType } })
    .formData()
    .catch((cause: unknown) => {
      throw raise.HTTP_FORM_SYNTAX({ cause: (cause as Error).message }, { cause });
    });
  const fields = await Promise.all(
    [...form].map(async ([name, value]) => [name, typeof value === 'string' ? value : await fileOf(value)] as const),
  );
  return fieldsOf(fields);
}

async function fileOf(file: File): Promise<Readonly<Record<string, unknown>>> {
  const base64 = Buffer.from(await file.arrayBuffer()).toString('base64');
  return { filename: file.name, content_type: file.type, base64 };
}

function readText(raw: Buffer, contentType: string, type: string): string {
  const charset = /;\s*charset="?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(raw);
  } catch (cause) {
    throw raise.HTTP_MEDIA_TYPE({ type: `${type}; charset=${charset}` }, { cause });
  }
}
