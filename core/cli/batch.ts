import { createInterface } from 'node:readline';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { raise } from '../errors/catalogue.ts';
import { shortError } from './output.ts';

type Line = Readonly<Record<string, unknown>>;

/** How many lines may be under way at once; answers still come in the order of the lines. */
const WINDOW = 32;

/** Answers each NDJSON line of stdin with one line on stdout, in order. A line that cannot be read gets an error of its own. */
export async function answerLines(answer: (line: Line) => unknown): Promise<void> {
  const waiting: Promise<string>[] = [];
  const drain = async () => {
    const text = await waiting.shift()!;
    if (!process.stdout.write(`${text}\n`)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  };
  for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (text.trim() === '') continue;
    waiting.push(answerLine(text, answer));
    if (waiting.length >= WINDOW) await drain();
  }
  while (waiting.length > 0) await drain();
}

async function answerLine(text: string, answer: (line: Line) => unknown): Promise<string> {
  let id: unknown = null;
  try {
    const line = readLine(text);
    id = line['id'] ?? null;
    return stringifyJson({ id, ...((await answer(line)) as object) });
  } catch (error) {
    return stringifyJson({ id, error: shortError(error) });
  }
}

function readLine(text: string): Line {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw raise.USAGE({ message: `The line is not valid JSON: ${(cause as Error).message}.` }, { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw raise.USAGE({ message: 'The line is not a JSON object.' });
  return value as Line;
}
