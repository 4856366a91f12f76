import { formatArguments } from './format-value.ts';

export type Sink = (level: string, text: string) => void;

const LEVELS: Readonly<Record<string, string>> = {
  debug: 'debug',
  trace: 'debug',
  log: 'info',
  info: 'info',
  dir: 'info',
  warn: 'warn',
  error: 'error',
};

export interface ConsoleCaps {
  readonly lines: number;
  readonly characters: number;
}

/** A console whose lines go to `sink` until the caps are reached; `dropped()` tells how many did not. */
export function createConsole(sink: Sink, caps: ConsoleCaps) {
  let lines = 0;
  let characters = 0;
  const counts = new Map<string, number>();
  const write = (level: string, args: unknown[]) => {
    lines++;
    if (lines > caps.lines || characters >= caps.characters) return;
    const text = formatArguments(args).slice(0, caps.characters - characters);
    characters += text.length;
    sink(level, text);
  };
  const target: Record<string, (...args: unknown[]) => void> = {
    assert: (...args) => {
      if (!args[0]) write('error', ['Assertion failed', ...args.slice(1)]);
    },
    count: (label = 'default') => {
      counts.set(String(label), (counts.get(String(label)) ?? 0) + 1);
      write('info', [`${String(label)}: ${counts.get(String(label))}`]);
    },
    table: (...args) => write('info', args),
    group: (...args) => write('info', args),
    groupEnd: () => {},
  };
  for (const [method, level] of Object.entries(LEVELS)) target[method] = (...args) => write(level, args);
  return { console: target, dropped: () => Math.max(0, lines - caps.lines) };
}
