import { text } from 'node:stream/consumers';
import { raise } from '../errors/catalogue.ts';

const [CTRL_C, CTRL_D, BACKSPACE, DELETE] = ['\u0003', '\u0004', '\b', '\u007f'];

/**
 * A secret that somebody types, unseen, or that comes from a pipe; never from the arguments of a command, which others on the machine
 * see. The line end behind it is not part of it. Throws USAGE when there is none.
 */
export async function readSecretInput(what: string): Promise<string> {
  const given = process.stdin.isTTY ? await typed(what) : (await text(process.stdin)).replace(/\r?\n$/, '');
  if (given === '') throw raise.USAGE({ message: `${what} is empty: type it, or pipe it into the command.` });
  return given;
}

async function typed(what: string): Promise<string> {
  process.stderr.write(`${what}: `);
  process.stdin.setRawMode(true).setEncoding('utf8').resume();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let line = '';
  const onText = (chunk: string) => {
    for (const character of chunk) {
      if (character === CTRL_C) return reject(raise.USAGE({ message: 'Nothing was changed.' }));
      if (character === '\r' || character === '\n' || character === CTRL_D) return resolve(line);
      line = character === BACKSPACE || character === DELETE ? line.slice(0, -1) : line + character;
    }
  };
  process.stdin.on('data', onText);
  try {
    return await promise;
  } finally {
    process.stdin.off('data', onText).setRawMode(false).pause();
    process.stderr.write('\n');
  }
}
