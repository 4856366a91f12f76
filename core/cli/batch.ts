import { parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { type DataRecord, isRecord } from '../language/values/is-record.ts';
import { kindOf, reasonOf } from './argument.ts';
import { lines } from './lines.ts';
import { shortError } from './output.ts';

/** How many lines may be under way at once; answers still come in the order of the lines. */
const WINDOW = 32;

/**
 * Answers each NDJSON line of stdin with one line on stdout, in order. A line that cannot be read gets an error of its own, with
 * `id: null` when it has none; empty lines get no answer.
 */
export async function answerLines(answer: (line: DataRecord) => unknown): Promise<void> {
  const waiting: Promise<string>[] = [];
  const drain = async () => {
    const text = await waiting.shift()!;
    if (!process.stdout.write(`${text}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  };
  for await (const text of lines(process.stdin)) {
    if (text.trim() === '') continue;
    waiting.push(answerLine(text, answer));
    if (waiting.length >= WINDOW) await drain();
  }
  while (waiting.length > 0) await drain();
}

async function answerLine(text: string, answer: (line: DataRecord) => unknown): Promise<string> {
  let id: unknown = null;
  try {
    const line = readLine(text);
    id = line['id'] ?? null;
    return stringifyJson({ id, ...((await answer(line)) as object) });
  } catch (error) {
    return stringifyJson({ id, error: shortError(error) });
  }
}

function readLine(text: string): DataRecord {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw raise.USAGE({ message: `The line is not valid JSON: ${reasonOf(cause)}.` }, { cause });
  }
  if (!isRecord(value)) throw raise.USAGE({ message: `The line is ${kindOf(value)}, not a JSON object.` });
  return value;
}

/** A member of a line that must be an object; absent or null: an empty one. */
export function objectMember(line: DataRecord, name: string): Record<string, unknown> {
  const value = line[name] ?? {};
  if (!isRecord(value)) throw raise.USAGE({ message: `\`${name}\` is ${kindOf(value)}, not a JSON object.` });
  return value as Record<string, unknown>;
}
