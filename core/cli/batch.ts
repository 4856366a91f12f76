import { once } from 'node:events';
import { stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { readJson } from '../language/source/read-json.ts';
import { type DataRecord, isRecord } from '../language/values/is-record.ts';
import { kindOf } from './argument.ts';
import { lines } from './lines.ts';
import { shortError } from './output.ts';

/** How many lines may be under way at once. */
const WINDOW = 32;

/**
 * Answers each NDJSON line of stdin with one line on stdout: in the order of the lines, and each as soon as it and those before it
 * are there. A line that cannot be read gets an error of its own, with `id: null` when it has none; empty lines get no answer.
 */
export async function answerLines(answer: (line: DataRecord) => unknown): Promise<void> {
  const open: Promise<void>[] = [];
  let before: Promise<void> = Promise.resolve();
  for await (const text of lines(process.stdin)) {
    if (text.trim() === '') continue;
    before = writeAfter(before, answerLine(text, answer));
    open.push(before);
    if (open.length >= WINDOW) await open.shift();
  }
  await before;
}

async function writeAfter(before: Promise<void>, answer: Promise<string>): Promise<void> {
  await before;
  if (!process.stdout.write(`${await answer}\n`)) await once(process.stdout, 'drain');
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
  const value = readJson(text, (problem) => raise.USAGE({ message: `The line is not valid JSON: ${problem}.` }));
  if (!isRecord(value)) throw raise.USAGE({ message: `The line is ${kindOf(value)}, not a JSON object.` });
  return value;
}

/** A member of a line that must be an object; absent or null: an empty one. */
export function objectMember(line: DataRecord, name: string): Record<string, unknown> {
  const value = line[name] ?? {};
  if (!isRecord(value)) throw raise.USAGE({ message: `\`${name}\` is ${kindOf(value)}, not a JSON object.` });
  return value as Record<string, unknown>;
}
