import { linearPattern } from './linear-pattern.ts';
import { encodedTemplate, placeholderNames, type TemplateParameters } from './placeholders.ts';
import { templatePattern, valuesPattern } from './template-pattern.ts';

/** An UpstreamPathTemplate, ready to be compared with requests. */
export interface UpstreamTemplate {
  readonly names: readonly string[];
  /** `/{everything}`: its route comes last, whatever priority it was given. */
  readonly isCatchAll: boolean;
  /** What every matching path begins with, segment by segment, for an index; in lower case unless upper and lower case differ. */
  readonly prefix: readonly string[];
  /** `path`: canonical. `query`: with its question mark, or empty. */
  match(path: string, query: string): TemplateParameters | undefined;
}

const NONE: TemplateParameters = Object.freeze({});
/** @throws when the text between the placeholders is not a regular expression, which Ocelot takes it for */
export function compileUpstreamTemplate(written: string, caseSensitive: boolean): UpstreamTemplate {
  const template = encodedTemplate(written);
  const { source, looksAtQuery, isCatchAll } = templatePattern(template);
  const names = placeholderNames(template);
  const isSimple = isSimpleTemplate(template);
  const pattern = linearPattern(source, { ignoreCase: !caseSensitive, isSimple });
  const values = linearPattern(valuesPattern(template), { ignoreCase: true, isSimple });
  const takesWholeQuery = /^[^{}]*\?\{[^{}]*\}$/.test(template);

  const parametersOf = (text: string): TemplateParameters => {
    // What the template has at its end and the request may leave out, Ocelot would leave without values.
    const found = values.groups(text) ?? values.groups(`${text}/`) ?? values.groups(`${text}?`);
    if (found === undefined) return NONE;
    return Object.fromEntries(names.map((name, index) => [name, found[index]!]));
  };
  const captures = isSimple && !looksAtQuery && !template.includes('.') ? capturing(source, caseSensitive) : undefined;
  const emptyQuery = takesWholeQuery ? Object.freeze({ [names[0]!]: '' }) : undefined;

  return {
    names,
    isCatchAll,
    prefix: literalPrefix(template, caseSensitive),
    match(path, query) {
      // What stops values short and is no slash, both looks tell differently.
      if (captures !== undefined && names.length > 0 && !path.includes('&') && !path.includes('|')) {
        return parametersFrom(captures.exec(path), names);
      }
      const text = looksAtQuery ? path + query : path;
      if (!pattern.matches(text)) return undefined;
      if (names.length === 0) return NONE;
      return emptyQuery ?? parametersOf(text);
    },
  };
}

/** One look at a path that tells both: whether it matches, and the values. */
function capturing(source: string, caseSensitive: boolean): RegExp {
  const text = source.replaceAll('[^/]+', '([^/]+)').replace('.*', '(.*)').replace('(/|)', '(?:/|)');
  return new RegExp(text === '^/(.*)' ? '^/(.*)$' : text, caseSensitive ? '' : 'i');
}

function parametersFrom(found: RegExpExecArray | null, names: readonly string[]): TemplateParameters | undefined {
  if (found === null) return undefined;
  const parameters: Record<string, string> = {};
  for (let index = 0; index < names.length; index++) parameters[names[index]!] = found[index + 1] ?? '';
  return parameters;
}

/** At most one placeholder a segment, and at most one that reaches over segments or into the query. */
function isSimpleTemplate(template: string): boolean {
  if (isExpression(template)) return false;
  const [path, query, ...more] = template.split('?');
  if (more.length > 0) return false;
  const segments = path!.split('/').map((segment) => placeholderNames(segment).length);
  return segments.every((count) => count < 2) && segments.at(-1)! + placeholderNames(query ?? '').length < 2;
}

/** Whole segments before the first placeholder or anything that means more than itself. */
function literalPrefix(template: string, caseSensitive: boolean): readonly string[] {
  if (isExpression(template)) return [];
  const segments = template.split('?', 1)[0]!.split('/').slice(1);
  const odd = segments.findIndex((segment) => segment === '' || /[{.]/.test(segment));
  const literal = odd === -1 ? segments : segments.slice(0, odd);
  return caseSensitive ? literal : literal.map((segment) => segment.toLowerCase());
}

/** Whether the text between the placeholders is more than text to Ocelot, the dot apart. */
function isExpression(template: string): boolean {
  return /[\\^$*+()[\]|]/.test(template.replaceAll(/\{[^{}]*\}/g, ''));
}
