import { type BodyCheck, openBodies } from './bodies.ts';
import type { OpenDocument, Part } from './open-document.ts';
import { openParameter, type Parameter } from './parameter.ts';

export interface Operation {
  readonly parameters: readonly Parameter[];
  /** Absent: a body is not expected. */
  readonly body?: { readonly isRequired: boolean; readonly check: BodyCheck };
  /** By status: `200`, `2XX`, `default`. */
  readonly answers: ReadonlyMap<string, BodyCheck>;
}

export interface PathItem {
  readonly methods: ReadonlyMap<string, Operation>;
  match(path: string): Readonly<Record<string, string>> | undefined;
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The paths of a document, those without placeholders first. Everything is compiled here; throws for what is no OpenAPI. */
export function openOperations(document: OpenDocument): readonly PathItem[] {
  const paths = document.part(document.root, 'paths');
  const templates = Object.keys(paths?.value ?? {}).filter((name) => name.startsWith('/'));
  return templates
    .map((template) => ({ template, holes: template.split('{').length }))
    .sort((a, b) => a.holes - b.holes)
    .map(({ template }) => pathItem(document, template, document.part(paths!, template)!));
}

function pathItem(document: OpenDocument, template: string, item: Part): PathItem {
  const common = parametersOf(document, item);
  const methods = new Map<string, Operation>();
  for (const method of METHODS) {
    const operation = document.part(item, method);
    if (operation !== undefined) methods.set(method.toUpperCase(), openOperation(document, operation, common));
  }
  const names = [...template.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!);
  const pattern = template
    .split(/\{[^{}]+\}/)
    .map((text) => RegExp.escape(withPlainLetters(text)))
    .join('([^/]+)');
  const expression = new RegExp(`^${pattern}$`);
  return {
    methods,
    match(path) {
      const found = expression.exec(path);
      return (found && Object.fromEntries(names.map((name, at) => [name, plain(found[at + 1]!)]))) || undefined;
    },
  };
}

function openOperation(document: OpenDocument, operation: Part, common: readonly Parameter[]): Operation {
  const own = parametersOf(document, operation);
  const inherited = common.filter((one) => !own.some((other) => other.in === one.in && other.name === one.name));
  const body = document.part(operation, 'requestBody');
  const responses = document.part(operation, 'responses');
  const answers = new Map<string, BodyCheck>();
  for (const status of Object.keys(responses?.value ?? {})) {
    const answer = document.part(responses!, status);
    if (answer !== undefined) answers.set(status.toUpperCase(), openBodies(document, answer, 'response'));
  }
  return {
    parameters: [...inherited, ...own],
    ...(body && {
      body: { isRequired: body.value['required'] === true, check: openBodies(document, body, 'request') },
    }),
    answers,
  };
}

function parametersOf(document: OpenDocument, of: Part): readonly Parameter[] {
  const list = of.value['parameters'];
  if (!Array.isArray(list)) return [];
  // Members of a list are parts as well.
  const holder: Part = { value: Object.fromEntries(list.entries()), at: `${of.at}/parameters` };
  return list.flatMap((_, at) => {
    const part = document.part(holder, String(at));
    return (part && openParameter(document, part)) ?? [];
  });
}

/** Upstreams decode these, whatever they do with others (RFC 3986, 2.3): `/%70ets` is `/pets`. */
export function withPlainLetters(path: string): string {
  return path.replaceAll(/%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)/gi, (sign) =>
    String.fromCharCode(Number.parseInt(sign.slice(1), 16)),
  );
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
