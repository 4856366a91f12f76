import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { jsonSchemaForm } from './json-schema-form.ts';
import { isObject, type Json } from './read-document.ts';

/** What is wrong at one place of a value; undefined: nothing. */
export type Check = (value: unknown) => { readonly place: string; readonly problem: string } | undefined;

/** A part of the document, found through its references. */
export interface Part {
  readonly value: Json;
  /** JSON pointer. */
  readonly at: string;
}

export interface OpenDocument {
  /** A member of a part; undefined where there is none. Throws a TypeError for a reference that leads nowhere. */
  part(of: Part, ...names: readonly string[]): Part | undefined;
  readonly root: Part;
  /** `texts`: numbers and truths come as texts, and lists of one as their item, as in queries and forms. Throws for a schema that is none. */
  check(schema: Part, side: 'request' | 'response', texts?: 'texts'): Check;
}

const ID = 'openapi:document';

export function openDocument(document: Json): OpenDocument {
  const engine = (side: 'request' | 'response', coerceTypes: boolean) => {
    const Engine = String(document['openapi']).startsWith('3.1') ? Ajv2020 : Ajv;
    const ajv = new Engine({
      strict: false,
      validateSchema: false,
      logger: false,
      coerceTypes: coerceTypes && 'array',
    });
    addFormats.default(ajv as Ajv);
    ajv.addSchema(jsonSchemaForm(document, side) as object, ID);
    return ajv;
  };
  const engines = new Map<string, Ajv | Ajv2020>();
  const engineFor = (side: 'request' | 'response', texts: boolean) => {
    const key = `${side} ${texts}`;
    const known = engines.get(key) ?? engine(side, texts);
    engines.set(key, known);
    return known;
  };
  const root: Part = { value: document, at: '' };

  function found(value: unknown, at: string, seen: readonly string[] = []): Part | undefined {
    if (!isObject(value)) return undefined;
    const reference = value['$ref'];
    if (typeof reference !== 'string') return { value, at };
    if (!reference.startsWith('#/') || seen.includes(reference))
      throw new TypeError(
        `the reference ${reference} leads out of the document or in a circle; bundle it into one file`,
      );
    let target: unknown = document;
    const names = reference
      .slice(2)
      .split('/')
      .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'));
    for (const name of names) target = isObject(target) && Object.hasOwn(target, name) ? target[name] : undefined;
    const part = found(target, names.map(pointerStep).join(''), [...seen, reference]);
    if (part === undefined) throw new TypeError(`the reference ${reference} leads nowhere`);
    return part;
  }

  return {
    root,
    part(of, ...names) {
      let part: Part | undefined = of;
      for (const name of names) {
        if (part === undefined || !Object.hasOwn(part.value, name)) return undefined;
        part = found(part.value[name], part.at + pointerStep(name));
      }
      return part;
    },
    check({ at }, side, texts) {
      const reference = { $ref: `${ID}#${at.split('/').map(encodeURIComponent).join('/')}` };
      // Within an object: only there a text can become a number.
      const schema = { type: 'object', properties: { value: reference } };
      const validate: ValidateFunction = engineFor(side, texts !== undefined).compile(schema);
      return (value) => (validate({ value }) ? undefined : told(validate.errors?.[0]));
    },
  };
}

function told(error: ErrorObject | undefined) {
  const place = (error?.instancePath ?? '').replace(/^\/value/, '');
  const { additionalProperty, allowedValues } = (error?.params ?? {}) as {
    additionalProperty?: string;
    allowedValues?: readonly unknown[];
  };
  const problem = error?.message ?? 'does not fit';
  if (additionalProperty !== undefined) return { place, problem: `${problem}: ${additionalProperty}` };
  if (allowedValues !== undefined) return { place, problem: `${problem}: ${allowedValues.map(String).join(', ')}` };
  return { place, problem };
}

function pointerStep(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
