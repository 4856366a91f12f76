import { raise } from '../../errors/catalogue.ts';
import { pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { codePoints } from './code-points.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { formatText } from './format-text.ts';
import { percentDecoded, percentEncoded } from './percent-encoding.ts';
import { slugify } from './slugify.ts';
import { stripped } from './strip-text.ts';
import { capitalized, lowered, titleCased, uppered } from './text-case.ts';

const ESCAPES: Readonly<Record<string, string>> = { '\\n': '\n', '\\t': '\t', '\\r': '\r', '\\\\': '\\' };

/** Applies to a string, or to each string of a list. */
function onEach(given: Arguments, change: (text: string) => string): Value {
  const value = given.value(0);
  if (typeof value === 'string') return change(value);
  if (!Array.isArray(value)) return given.reject(0, 'a str or a list of str');
  return value.map((item) => (typeof item === 'string' ? change(item) : given.reject(0, 'a str or a list of str')));
}

function joined(given: Arguments): string {
  const separator = given.text(1, '').replace(/\\[ntr\\]/g, (sequence) => ESCAPES[sequence]!);
  const texts = given.items(0).map((item) => (typeof item === 'string' ? item : given.reject(0, 'a list of str only')));
  return texts.join(separator);
}

function splitText(given: Arguments): Value {
  const separator = given.text(1);
  return separator === '' ? given.fail('the separator is empty') : given.text(0).split(separator);
}

/** Python inserts the replacement between all characters when what it looks for is empty; so does JavaScript, but by UTF-16 unit. */
function replaced(given: Arguments): string {
  const [text, old, replacement] = [given.text(0), given.text(1), given.text(2)];
  if (old !== '') return text.replaceAll(old, () => replacement);
  return ['', ...Array.from(text), ''].join(replacement);
}

function sliced(given: Arguments): string {
  const characters = codePoints(given.text(0));
  const [start, length] = [given.int(1), given.int(2)];
  // As in Python, a negative end counts from the back.
  const taken = characters.slice(start, start + length);
  return typeof taken === 'string' ? taken : taken.join('');
}

function itemAt(given: Arguments): Value {
  const sequence = given.value(0);
  if (typeof sequence !== 'string' && !Array.isArray(sequence)) return given.reject(0, 'a str or a list');
  const items: string | readonly Value[] = typeof sequence === 'string' ? codePoints(sequence) : sequence;
  const found = items.at(given.int(1)) as Value | undefined;
  if (found !== undefined) return found;
  const kind = typeof sequence === 'string' ? 'string' : 'list';
  throw raise.LANGUAGE_INDEX({
    problem: `FN.at: the index ${given.int(1)} is outside a ${kind} of length ${items.length}`,
  });
}

export const textFunctions: readonly ExpressionFunction[] = [
  defineFunction('capitalize', 'text', 'First character in upper case, the rest in lower case.', (given) =>
    capitalized(given.text(0)),
  ),
  defineFunction('titleize', 'text', "Each word capitalised as Python's `str.title` does.", (given) =>
    titleCased(given.text(0)),
  ),
  defineFunction('uppercase', 'text', 'In upper case.', (given) => uppered(given.text(0))),
  defineFunction('lowercase', 'text', 'In lower case.', (given) => lowered(given.text(0))),
  defineFunction('concat', '*strings', 'The strings one after the other.', (given) =>
    given.values.map((_, at) => given.text(at)).join(''),
  ),
  defineFunction(
    'join',
    'items sep?',
    'The strings of a list with `sep` between them; `\\n`, `\\t`, `\\r`, `\\\\` in `sep` are unescaped.',
    joined,
  ),
  defineFunction('split', 'text sep', 'The parts of a string between separators.', splitText),
  defineFunction('strip', 'text chars?', 'Without the given characters (blanks by default) at both ends.', (given) =>
    stripped(given.text(0), given.isAbsent(1) ? undefined : given.text(1)),
  ),
  defineFunction('replace', 'text old new', 'Every `old` replaced by `new`.', replaced),
  defineFunction(
    'slice',
    'text start length',
    '`length` characters from `start`; a negative `start` counts from the end.',
    sliced,
  ),
  defineFunction('startswith', 'text prefix', 'Whether it begins with `prefix`.', (given) =>
    given.text(0).startsWith(given.text(1)),
  ),
  defineFunction('endswith', 'text suffix', 'Whether it ends with `suffix`.', (given) =>
    given.text(0).endsWith(given.text(1)),
  ),
  defineFunction('prefix', 'text prefix', '`prefix` put before a string, or before each string of a list.', (given) =>
    onEach(given, (text) => given.text(1) + text),
  ),
  defineFunction('suffix', 'text suffix', '`suffix` put after a string, or after each string of a list.', (given) =>
    onEach(given, (text) => text + given.text(1)),
  ),
  defineFunction('format', 'template *values', "Python's `str.format`: `{}`, `{0}`, `{0[key]}`, `{:>8.2f}`.", (given) =>
    formatText(given.text(0), given.values.slice(1)),
  ),
  defineFunction('slugify', 'text', 'Lower case ASCII words with hyphens between, fit for a URL.', (given) =>
    slugify(given.text(0)),
  ),
  defineFunction(
    'url_encode',
    'value safe?',
    'Percent-encoded for a URL; characters in `safe` are kept. `/` is encoded by default.',
    (given) => percentEncoded(pythonStr(given.value(0)), given.text(1, '')),
  ),
  defineFunction('url_decode', 'text', 'Percent-decoded; `+` stays.', (given) => percentDecoded(given.text(0))),
  defineFunction(
    'at',
    'sequence index',
    'The item of a list or character of a string; negative counts from the end.',
    itemAt,
  ),
];
