import { basename, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { KINDS, type Kind } from './kinds/kinds.ts';
import { idFrom, isPluginId } from './plugin-id.ts';
import type { Language, PluginOutline } from './plugin-outline.ts';

/** What was said on the command line. */
export interface Wanted {
  readonly dir?: string | undefined;
  readonly id?: string | undefined;
  readonly kind?: string | undefined;
  readonly language?: string | undefined;
  /** No questions: take the defaults. */
  readonly yes?: boolean | undefined;
}

export interface Answer {
  readonly folder: string;
  readonly outline: PluginOutline;
  readonly kind: Kind;
}

/**
 * Completes what was given: by questions on a terminal, else by defaults. Throws a plain error that says what is wrong with an answer
 * given on the command line.
 */
export async function askWhatIsMissing(wanted: Wanted): Promise<Answer> {
  const kinds = Object.keys(KINDS);
  const suggested = wanted.dir === undefined ? 'my-plugin' : (idFrom(basename(resolve(wanted.dir))) ?? 'my-plugin');
  const asks = wanted.yes !== true && process.stdin.isTTY === true && process.stdout.isTTY === true;
  using talk = asks ? conversation() : undefined;
  const id = wanted.id ?? (await talk?.ask('Id of the plugin', suggested, isPluginId)) ?? suggested;
  if (!isPluginId(id))
    throw new Error(
      `the id ${JSON.stringify(id)} must have lower-case letters, digits and single dashes, and start with a letter`,
    );
  const list = `Kind (${kinds.map((kind) => `${kind}: ${KINDS[kind as Kind].summary}`).join('; ')})`;
  const kind =
    wanted.kind ??
    (kinds.length > 1 ? await talk?.ask(list, 'action', (text) => kinds.includes(text)) : undefined) ??
    'action';
  if (!kinds.includes(kind)) throw new Error(`there is no kind ${JSON.stringify(kind)}; known are ${kinds.join(', ')}`);
  const language = wanted.language ?? (await talk?.ask('Language (ts or js)', 'ts', isLanguage)) ?? 'ts';
  if (!isLanguage(language)) throw new Error(`the language is ts or js, not ${JSON.stringify(language)}`);
  return {
    folder: resolve(wanted.dir ?? id),
    kind: kind as Kind,
    outline: { id, packageName: `backplane-plugin-${id}`, extension: language },
  };
}

function isLanguage(text: string): text is Language {
  return text === 'ts' || text === 'js';
}

function conversation() {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  return {
    async ask(question: string, fallback: string, fits: (text: string) => boolean): Promise<string> {
      for (;;) {
        const text = (await terminal.question(`${question} [${fallback}]: `)).trim() || fallback;
        if (fits(text)) return text;
      }
    },
    [Symbol.dispose]: () => terminal.close(),
  };
}
