import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** A password that was piped, one line, or that is typed where nobody sees it. */
export async function askPassword(question: string): Promise<string> {
  if (process.stdin.isTTY) return askHidden(question);
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}

/** Asks at the terminal, on stderr, so that stdout stays what the command prints. */
async function askHidden(question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(`${question}: `);
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
