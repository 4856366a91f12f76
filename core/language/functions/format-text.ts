import { raise } from '../../errors/catalogue.ts';
import { isRecord } from '../values/is-record.ts';
import { ownMember } from '../values/own-member.ts';
import { pythonRepr, pythonStr } from '../values/render.ts';
import type { Value } from '../values/value.ts';
import { formatValue } from './format-value.ts';

const fail = (problem: string) => raise.LANGUAGE_FORMAT({ problem });

/** Characters that a formatted text may have. */
const MAX_LENGTH = 10_000_000;

/** Fills a Python format string: `{}`, `{0}`, `{0.name}`, `{0[key]}`, `{!r}`, `{:>10}`, `{:{}}`. */
export function formatText(template: string, values: readonly Value[]): string {
  return new Formatter(values).format(template, 0);
}

/** Counts the automatic fields of one call. */
class Formatter {
  #next = 0;
  #isNumbered: boolean | undefined;
  readonly #values: readonly Value[];

  constructor(values: readonly Value[]) {
    this.#values = values;
  }

  format(template: string, depth: number): string {
    if (depth > 1) throw fail('fields may be nested only once');
    let text = '';
    let at = 0;
    while (at < template.length) {
      const brace = indexOfBrace(template, at);
      text += template.slice(at, brace);
      if (brace === template.length) break;
      if (template[brace + 1] === template[brace]) {
        text += template[brace];
        at = brace + 2;
        continue;
      }
      if (template[brace] === '}') throw fail("a single '}' stands in the format string; write '}}'");
      const end = endOfField(template, brace + 1);
      text += this.#field(template.slice(brace + 1, end), depth);
      if (text.length > MAX_LENGTH) throw raise.LANGUAGE_BUDGET_OUTPUT({ limit: MAX_LENGTH });
      at = end + 1;
    }
    return text;
  }

  #field(field: string, depth: number): string {
    const [, name = '', conversion, spec = ''] = /^((?:\[[^\]]*\]|[^!:[])*)(?:!([^:]*))?(?::(.*))?$/s.exec(field) ?? [
      undefined,
      field,
    ];
    const value = converted(this.#value(name), conversion);
    return formatValue(value, spec.includes('{') ? this.format(spec, depth + 1) : spec);
  }

  #value(name: string): Value {
    const [, first = '', rest = ''] = /^([^.[]*)(.*)$/s.exec(name) ?? [];
    return follow(this.#argument(first), rest);
  }

  #argument(name: string): Value {
    if (name !== '' && !/^\d+$/.test(name))
      throw fail(`the field {${name}} is named, but there are only values by position`);
    const isNumbered = name !== '';
    if (this.#isNumbered !== undefined && this.#isNumbered !== isNumbered)
      throw fail('numbered and automatic fields are mixed');
    this.#isNumbered = isNumbered;
    const index = isNumbered ? Number(name) : this.#next++;
    const value = this.#values[index];
    if (value === undefined) throw fail(`field ${index} has no value; there are ${this.#values.length}`);
    return value;
  }
}

function indexOfBrace(template: string, from: number): number {
  for (let at = from; at < template.length; at += 1) if (template[at] === '{' || template[at] === '}') return at;
  return template.length;
}

function endOfField(template: string, from: number): number {
  let open = 1;
  for (let at = from; at < template.length; at += 1) {
    if (template[at] === '{') open += 1;
    else if (template[at] === '}' && --open === 0) return at;
  }
  throw fail("a '{' has no '}'");
}

/** `.name` and `[key]` reach into maps and lists; there are no object attributes to reach. */
function follow(value: Value, path: string): Value {
  let found: unknown = value;
  for (const [, attribute, key] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]|./gs)) {
    const name = attribute ?? key;
    if (name === undefined) throw fail(`the field path ${path} is not valid`);
    found = isRecord(found) ? ownMember(found, name) : itemOf(found, name);
    if (found === undefined) throw fail(`there is no \`${name}\` in the value`);
  }
  return found as Value;
}

function itemOf(value: unknown, index: string): unknown {
  if (!/^\d+$/.test(index)) return undefined;
  if (Array.isArray(value)) return value[Number(index)];
  return typeof value === 'string' ? Array.from(value)[Number(index)] : undefined;
}

function converted(value: Value, conversion: string | undefined): Value {
  switch (conversion) {
    case undefined:
      return value;
    case 's':
      return pythonStr(value);
    case 'r':
      return pythonRepr(value);
    case 'a':
      return pythonRepr(value).replace(/[^\x00-\x7f]/gu, asciiEscape);
    default:
      throw fail(`the conversion !${conversion} is none of !s, !r, !a`);
  }
}

function asciiEscape(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  if (hex.length <= 2) return `\\x${hex.padStart(2, '0')}`;
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
