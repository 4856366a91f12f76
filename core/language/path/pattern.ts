import { RE2JS } from 're2js';
import { boundedCache } from '../bounded-cache.ts';

/** Linear-time matching: no pattern can hang the host. */
const compiled = boundedCache<RE2JS>(200);
const compile = (pattern: string) => compiled(pattern, (text) => RE2JS.compile(text));

export function searches(pattern: string, text: string): boolean {
  return compile(pattern).matcher(text).find();
}

/** Replaces every match; `\1` and `\g<name>` in the replacement are groups, as in Python. */
export function substitute(pattern: string, replacement: string, text: string): string {
  const matcher = compile(pattern).matcher(text);
  let result = '';
  let from = 0;
  while (matcher.find()) {
    const group = (_: string, name?: string, digit?: string) =>
      matcher.group((digit ? Number(digit) : name) as never) ?? '';
    result += text.slice(from, matcher.start()) + replacement.replace(/\\g<(\w+)>|\\(\d)/g, group);
    from = matcher.end();
  }
  return result + text.slice(from);
}
