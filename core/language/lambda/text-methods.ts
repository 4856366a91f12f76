import { guardSize, MAX_OUTPUT, tooLarge } from '../expression/output-budget.ts';
import { formatText } from '../functions/format-text.ts';
import { stripped } from '../functions/strip-text.ts';
import { capitalized, lowered, titleCased, uppered } from '../functions/text-case.ts';
import { splitText } from '../path/split-text.ts';
import { collect } from './iterate.ts';
import { lambdaTypeError } from './lambda-error.ts';
import type { LambdaValue } from './lambda-value.ts';
import { type Method, type MethodCall, optionalInteger, optionalText, textArgument } from './method.ts';
import { splitWhiteSpace } from './split-white-space.ts';
import { writeOut } from './write-out.ts';

type Text = Method<string>;

const matches =
  (pattern: RegExp): Text =>
  (self) =>
    pattern.test(self);

export const textMethods: ReadonlyMap<string, Text> = new Map<string, Text>([
  ['lower', (self) => lowered(self)],
  ['casefold', (self) => lowered(self)],
  ['upper', (self) => uppered(self)],
  ['title', (self) => titleCased(self)],
  ['capitalize', (self) => capitalized(self)],
  ['swapcase', (self) => Array.from(self, swapCase).join('')],
  ['strip', (self, call) => stripped(self, optionalText(call, 0))],
  ['lstrip', (self, call) => withoutStart(self, stripped(self, optionalText(call, 0)))],
  ['rstrip', (self, call) => withoutEnd(self, stripped(self, optionalText(call, 0)))],
  ['removeprefix', (self, call) => removePrefix(self, textArgument(call, 0))],
  ['removesuffix', (self, call) => removeSuffix(self, textArgument(call, 0))],
  ['startswith', (self, call) => affixes(call).some((affix) => self.startsWith(affix))],
  ['endswith', (self, call) => affixes(call).some((affix) => self.endsWith(affix))],
  ['split', (self, call) => split(self, call)],
  ['rsplit', (self, call) => rightSplit(self, call)],
  [
    'splitlines',
    (self) =>
      self
        .replace(/(?:\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])$/, '')
        .split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/)
        .filter((_, at, all) => at > 0 || all.length > 1 || self !== ''),
  ],
  ['partition', (self, call) => partition(self, textArgument(call, 0), self.indexOf(textArgument(call, 0)))],
  ['rpartition', (self, call) => partitionRight(self, textArgument(call, 0))],
  ['join', (self, { args: [items = null], run }) => join(self, collect(items, run))],
  ['replace', (self, call) => replace(self, call)],
  [
    'format',
    (self, { args, run }) =>
      guardSize(
        formatText(
          self,
          args.map((arg) => writeOut(arg, run)),
        ),
      ),
  ],
  ['find', (self, call) => characterIndex(self, self.indexOf(textArgument(call, 0)))],
  ['rfind', (self, call) => characterIndex(self, self.lastIndexOf(textArgument(call, 0)))],
  ['index', (self, call) => found(characterIndex(self, self.indexOf(textArgument(call, 0))))],
  [
    'count',
    (self, call) =>
      textArgument(call, 0) === '' ? Array.from(self).length + 1 : self.split(textArgument(call, 0)).length - 1,
  ],
  ['zfill', (self, call) => zeroFill(self, width(call))],
  ['ljust', (self, call) => self.padEnd(width(call), optionalText(call, 1) ?? ' ')],
  ['rjust', (self, call) => self.padStart(width(call), optionalText(call, 1) ?? ' ')],
  ['isdigit', matches(/^\p{Nd}+$/u)],
  ['isnumeric', matches(/^\p{N}+$/u)],
  ['isdecimal', matches(/^\p{Nd}+$/u)],
  ['isalpha', matches(/^\p{L}+$/u)],
  ['isalnum', matches(/^[\p{L}\p{N}]+$/u)],
  ['isspace', matches(/^\s+$/u)],
  ['islower', (self) => /\p{Ll}/u.test(self) && !/[\p{Lu}\p{Lt}]/u.test(self)],
  ['isupper', (self) => /\p{Lu}/u.test(self) && !/[\p{Ll}\p{Lt}]/u.test(self)],
  ['istitle', (self) => /\p{L}/u.test(self) && titleCased(self) === self],
]);

function swapCase(character: string): string {
  const upper = character.toUpperCase();
  return upper === character ? character.toLowerCase() : upper;
}

/** `core` begins with a character that is not stripped, so its first occurrence is where the stripping ended. */
function withoutStart(text: string, core: string): string {
  return core === '' ? '' : text.slice(text.indexOf(core));
}

function withoutEnd(text: string, core: string): string {
  return core === '' ? '' : text.slice(0, text.lastIndexOf(core) + core.length);
}

function removePrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}

function removeSuffix(text: string, suffix: string): string {
  return suffix !== '' && text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}

/** One affix, or a tuple of them. */
function affixes(call: MethodCall): string[] {
  const [first] = call.args;
  if (!Array.isArray(first)) return [textArgument(call, 0)];
  return first.map((affix) => (typeof affix === 'string' ? affix : textArgument({ ...call, args: [affix] }, 0)));
}

function separatorOf(call: MethodCall): string | undefined {
  const separator = optionalText(call, 0, 'sep');
  if (separator === '') throw lambdaTypeError(`the separator of \`.${call.name}()\` is empty`);
  return separator;
}

function split(text: string, call: MethodCall): string[] {
  const separator = separatorOf(call);
  const limit = optionalInteger(call, 1, 'maxsplit') ?? -1;
  return separator === undefined ? splitWhiteSpace(text, limit) : splitText(text, separator, limit);
}

/** The limit counts from the right: the first part keeps what is left. */
function rightSplit(text: string, call: MethodCall): string[] {
  const separator = separatorOf(call);
  const limit = optionalInteger(call, 1, 'maxsplit') ?? -1;
  const parts = separator === undefined ? splitWhiteSpace(text, -1) : text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  const head = parts.slice(0, parts.length - limit);
  return [head.join(separator ?? ' '), ...parts.slice(parts.length - limit)];
}

function partition(text: string, separator: string, at: number): string[] {
  return at === -1 ? [text, '', ''] : [text.slice(0, at), separator, text.slice(at + separator.length)];
}

function partitionRight(text: string, separator: string): string[] {
  const at = text.lastIndexOf(separator);
  return at === -1 ? ['', '', text] : partition(text, separator, at);
}

function join(separator: string, items: readonly LambdaValue[]): string {
  const texts = items.map((item) => {
    if (typeof item !== 'string') throw lambdaTypeError('`.join()` joins strings only; convert with `str(…)`');
    return item;
  });
  return guardSize(texts.join(separator));
}

function replace(text: string, call: MethodCall): string {
  const [old, replacement] = [textArgument(call, 0), textArgument(call, 1)];
  const limit = optionalInteger(call, 2, 'count') ?? -1;
  if (old === '') throw lambdaTypeError('`.replace()` needs something to look for');
  const parts = splitText(text, old, limit);
  if (text.length + parts.length * replacement.length > MAX_OUTPUT) throw tooLarge();
  return parts.join(replacement);
}

function characterIndex(text: string, at: number): number {
  return at <= 0 ? at : Array.from(text.slice(0, at)).length;
}

function found(at: number): number {
  if (at === -1) throw lambdaTypeError('the string does not contain what `.index()` looks for');
  return at;
}

function width(call: MethodCall): number {
  const wanted = optionalInteger(call, 0) ?? 0;
  if (wanted > MAX_OUTPUT) throw tooLarge();
  return wanted;
}

function zeroFill(text: string, wanted: number): string {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  return sign + text.slice(sign.length).padStart(wanted - sign.length, '0');
}
