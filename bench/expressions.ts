import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKOUT } from '../core/host/checkout.ts';
import { compileTemplate } from '../core/language/template/compile-template.ts';
import type { Template } from '../core/language/template/template.ts';
import type { Benchmark } from './benchmark.ts';
import { compare } from './compare.ts';

const EXPRESSION = /\$\{\{(.*?)\}\}/g;

/** The same work as a JavaScript programmer would write it; what cannot be put so is left out and counted. */
const PLAIN: Readonly<Record<string, (...args: any[]) => unknown>> = {
  url_encode: (text) => encodeURIComponent(text),
  join: (list, separator) => list.join(separator),
  to_base64url: (text) => Buffer.from(text).toString('base64url'),
  strip: (text, characters) => String(text).replaceAll(characters, ''),
};

const scope = {
  inputs: {} as Record<string, unknown>,
  steps: {
    sign_in: { result: { data: { data: { token: 't' } } } },
    agents: { result: { data: { data: { affected_items: [] } } } },
  } as Record<string, unknown>,
  SECRETS: {} as Record<string, Record<string, string>>,
  VARS: {} as Record<string, Record<string, string>>,
};

interface Pair {
  readonly template: Template;
  readonly plain: (scope: object, functions: object) => unknown;
}

/** Every distinct expression of the templates, with its twin. Fills the scope with a value for each path that is read. */
function pairs(): { found: Pair[]; leftOut: number } {
  const texts = new Set<string>();
  const folder = join(CHECKOUT, 'templates', 'tools');
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (!file.endsWith('.yaml')) continue;
    for (const match of readFileSync(join(folder, file), 'utf8').matchAll(EXPRESSION)) texts.add(match[1]!.trim());
  }
  const found: Pair[] = [];
  let leftOut = 0;
  for (const text of texts) {
    const plain = plainFunction(text);
    if (plain === undefined) leftOut++;
    else found.push({ template: compileTemplate(`\${{ ${text} }}`), plain });
  }
  return { found, leftOut };
}

function plainFunction(text: string): Pair['plain'] | undefined {
  if (/ if |\[\*\]| in /.test(text)) return undefined;
  for (const [, name] of text.matchAll(/inputs\.(\w+)/g)) {
    if (text.includes('FN.join')) scope.inputs[name!] = ['a', 'b'];
    else scope.inputs[name!] ??= `value of ${name}`;
  }
  for (const [, name] of text.matchAll(/steps\.(\w+)/g))
    scope.steps[name!] ??= { result: { status_code: 200, data: {} } };
  for (const [, kind, name, key] of text.matchAll(/(SECRETS|VARS)\.(\w+)\.(\w+)/g)) {
    const store = scope[kind as 'SECRETS' | 'VARS'];
    store[name!] = { ...store[name!], [key!]: `${name}-${key}` };
  }
  const body = text
    .replace(/FN\.(\w+)/g, 'f.$1')
    .replace(
      /\b(inputs|steps|SECRETS|VARS)((?:\.\w+)+)/g,
      (_, context: string, path: string) => `s.${context}${path.replace(/\./g, '?.')}`,
    );
  return new Function('s', 'f', `return ${body}`) as Pair['plain'];
}

/** Warm evaluation of every expression of `templates/tools` against hand-written JavaScript. */
export const expressions: Benchmark = {
  name: 'expressions',
  mustReach: 'at most 5 × plain JavaScript',
  async run() {
    const { found, leftOut } = pairs();
    const rounds = 400;
    let sink: unknown;
    const ours = () => {
      for (let round = 0; round < rounds; round++) for (const { template } of found) sink = template.evaluate(scope);
    };
    const plain = () => {
      for (let round = 0; round < rounds; round++) for (const pair of found) sink = pair.plain(scope, PLAIN);
    };
    const operations = rounds * found.length;
    const { backplane, javascript } = await compare({
      backplane: { run: ours, operations },
      javascript: { run: plain, operations },
    });
    const ratio = backplane.wallMicros / javascript.wallMicros;
    return {
      ratios: { 'plain JavaScript': ratio },
      figures: { backplane, javascript, expressions: found.length, leftOut, last: typeof sink },
      reached: ratio <= 5,
    };
  },
};
