import { linearPattern } from './linear-pattern.ts';
import type { TemplateParameters } from './placeholders.ts';

export interface HeaderTemplate {
  readonly names: readonly string[];
  /** `value`: all values of the header, joined with commas. */
  match(value: string): TemplateParameters | undefined;
}

const CAPTURE = /\{header:([^{}]*)\}/g;
const NONE: TemplateParameters = Object.freeze({});

/** Ocelot's UpstreamHeaderTemplates: text that the whole value must be, with `{header:name}` for one or more characters. */
export function compileHeaderTemplate(template: string, caseSensitive: boolean): HeaderTemplate {
  const names = [...template.matchAll(CAPTURE)].map(([, name]) => name!);
  const literals = template.split(/\{header:[^{}]*\}/);
  const source = literals.map(withPlainBraces).join('(.+)');
  const pattern = linearPattern(`^(?:${source})$`, {
    ignoreCase: !caseSensitive,
    isSimple: names.length < 2 && !/[\\^$*+()[\]|?]|\{\d/.test(literals.join('')),
  });
  return {
    names,
    match(value) {
      if (names.length === 0) return pattern.matches(value) ? NONE : undefined;
      const found = pattern.groups(value);
      if (found === undefined) return undefined;
      return Object.fromEntries(names.map((name, index) => [name, found[index]!]));
    },
  };
}

/** Ocelot takes the text for an expression; braces that do not count anything mean themselves in it. */
function withPlainBraces(text: string): string {
  return text.replaceAll(/\{\d+(?:,\d*)?\}|[{}]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}
