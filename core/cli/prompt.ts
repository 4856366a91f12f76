import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { raise } from '../errors/catalogue.ts';

/** Asks at the terminal, on stderr, so that stdout stays what the command prints. */
export async function askFor(
  question: string,
  { hidden = false }: { readonly hidden?: boolean } = {},
): Promise<string> {
  if (!process.stdin.isTTY)
    throw raise.USAGE({ message: `${question}: there is no terminal to ask at; pipe it, or give it as an option.` });
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(`${question}: `);
  const lines = createInterface({ input: process.stdin, output: hidden ? silent : process.stderr, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    if (hidden) process.stderr.write('\n');
  }
}

/** A password that was piped, one line, or that is typed where nobody sees it. */
export async function askPassword(question: string): Promise<string> {
  if (process.stdin.isTTY) return askFor(question, { hidden: true });
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
