import type { Check, OpenDocument, Part } from './open-document.ts';

/** Where the values of a request's parameters stand. */
export interface ParameterSource {
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
}

export interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  /** Names that it may have in a query. */
  readonly owns: (name: string) => boolean;
  check(source: ParameterSource): { readonly in: string; readonly place: string; readonly problem: string } | undefined;
}

const PLACES = ['path', 'query', 'header', 'cookie'] as const;
/** Said elsewhere in the document. */
const NO_PARAMETERS = new Set(['accept', 'content-type', 'authorization']);

/** Undefined for those that OpenAPI passes over. */
export function openParameter(document: OpenDocument, part: Part): Parameter | undefined {
  const { in: given, name, required, style, explode } = part.value;
  const where = PLACES.find((place) => place === given);
  if (where === undefined || typeof name !== 'string') throw new TypeError(`${part.at} is no parameter`);
  if (where === 'header' && NO_PARAMETERS.has(name.toLowerCase())) return undefined;
  const ofJson = document.part(part, 'content', 'application/json', 'schema');
  const schema = ofJson ?? document.part(part, 'schema');
  const check: Check = schema === undefined ? () => undefined : document.check(schema, 'request', 'texts');
  const type = schema?.value['type'];
  const isDeep = style === 'deepObject';
  const separator = style === 'spaceDelimited' ? /[ +]|%20/ : style === 'pipeDelimited' ? '|' : ',';
  const explodes = where === 'query' ? explode !== false : false;

  const valueIn = (source: ParameterSource): unknown => {
    if (isDeep) return deepValue(source.query, name);
    const texts = where === 'query' ? source.query.getAll(name) : single(source, where, name);
    if (texts.length === 0) return undefined;
    const isList = ofJson === undefined && type === 'array';
    if (isList && explodes && (texts.length > 1 || style === undefined || style === 'form')) return texts;
    // Which of two the upstream believes, nobody knows.
    if (texts.length > 1) throw new Refused('stands there more than once');
    if (ofJson !== undefined) return jsonOf(texts[0]!);
    return isList ? texts[0]!.split(separator) : texts[0];
  };

  return {
    in: where,
    name,
    owns: isDeep ? (other) => other.startsWith(`${name}[`) : (other) => other === name,
    check(source) {
      let value: unknown;
      try {
        value = valueIn(source);
      } catch (thrown) {
        return { in: where, place: name, problem: (thrown as Refused).message };
      }
      if (value === undefined)
        return required === true || where === 'path' ? { in: where, place: name, problem: 'is missing' } : undefined;
      const wrong = check(value);
      return wrong && { in: where, place: name + wrong.place, problem: wrong.problem };
    },
  };
}

class Refused extends Error {}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('must be JSON');
  }
}

function single(source: ParameterSource, where: 'path' | 'header' | 'cookie', name: string): readonly string[] {
  const text =
    where === 'path'
      ? Object.hasOwn(source.path, name)
        ? source.path[name]
        : undefined
      : where === 'header'
        ? source.header(name)
        : source.cookie(name);
  return text === undefined ? [] : [text];
}

function deepValue(query: URLSearchParams, name: string): object | undefined {
  const fields = [...query].flatMap(([key, value]) =>
    key.startsWith(`${name}[`) && key.endsWith(']') ? [[key.slice(name.length + 1, -1), value] as const] : [],
  );
  if (fields.length === 0) return undefined;
  const repeated = fields.find(([key], at) => fields.findIndex(([other]) => other === key) < at);
  if (repeated !== undefined) throw new Refused(`has ${repeated[0]} more than once`);
  return Object.fromEntries(fields);
}
