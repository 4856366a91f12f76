import { raise } from '../../errors/catalogue.ts';
import { Findings } from '../../language/source/findings.ts';
import type { Problem } from '../../language/source/problem.ts';
import type { YamlSource } from '../../language/source/yaml-source.ts';
import { readExpects } from './read-expects.ts';
import { type FieldRules, isMapping, readFields } from './read-fields.ts';
import { hiddenReturns, readReturns } from './read-returns.ts';
import { readSecrets } from './read-secrets.ts';
import { readSteps } from './read-steps.ts';
import type { TemplateDefinition } from './template-definition.ts';

const FILE: FieldRules = {
  type: { kind: 'text', required: true, oneOf: ['action'] },
  definition: { kind: 'mapping', required: true },
  strict: { kind: 'boolean' },
};

const DEFINITION: FieldRules = {
  name: { kind: 'text', required: true, pattern: /^[a-z0-9_]+$/, patternSays: 'lower-case letters, digits and _' },
  namespace: {
    kind: 'text',
    required: true,
    pattern: /^[a-z0-9_]+(?:\.[a-z0-9_]+)*$/,
    patternSays: 'lower-case letters, digits and _ with dots between',
  },
  title: { kind: 'text', required: true, least: 1, most: 100 },
  description: { kind: 'text', most: 1000 },
  display_group: { kind: 'text', required: true, least: 1, most: 100 },
  doc_url: { kind: 'text' },
  author: { kind: 'text' },
  deprecated: { kind: 'text' },
  secrets: { kind: 'list' },
  expects: { kind: 'mapping' },
  steps: { kind: 'list', required: true, least: 1 },
  returns: { kind: 'any' },
  strict: { kind: 'boolean' },
};

const NOTHING = { inputs: [], steps: [] };

export interface ReadTemplate {
  /** What could be read, for further checks; only complete when there is no error among the problems. Absent when nothing could. */
  readonly definition?: TemplateDefinition;
  /** Names that the file declares, also where the declaration itself is faulty. */
  readonly declared: { readonly inputs: readonly string[]; readonly steps: readonly string[] };
  readonly problems: readonly Problem[];
}

/** Reads the shape of a template file; whether its actions, arguments and expressions are right needs a registry. */
export function readTemplate(source: YamlSource): ReadTemplate {
  const pardoned = hiddenReturns(source).map((hidden) => hidden.problem);
  const broken = source.problems.filter((problem) => !pardoned.includes(problem));
  if (broken.length > 0) return { problems: broken, declared: NOTHING };
  const findings = new Findings(source);
  if (isWorkflow(source.value)) {
    findings.atValue(['type'], raise.TEMPLATE_IS_WORKFLOW({}), { expected: 'type: action' });
    return { problems: findings.problems, declared: NOTHING };
  }
  const file = readFields(findings, source.value, [], 'the file', FILE);
  if (file['definition'] === undefined) return { problems: findings.problems, declared: NOTHING };
  const definition = readDefinition(findings, file['definition'], file['strict'] === true);
  return { definition, declared: declaredNames(file['definition'] as object), problems: findings.problems };
}

/** In any of its three forms: `type: workflow`, or a definition with `actions`, bare or in an envelope. */
function isWorkflow(value: unknown): boolean {
  if (!isMapping(value)) return false;
  if (value['type'] !== undefined) return value['type'] === 'workflow';
  const definition = isMapping(value['definition']) ? value['definition'] : value;
  return Array.isArray(definition['actions']) && definition['steps'] === undefined;
}

function declaredNames({ expects, steps }: { expects?: unknown; steps?: unknown }): ReadTemplate['declared'] {
  const refs = (Array.isArray(steps) ? steps : []).map((step) => (isMapping(step) ? step['ref'] : undefined));
  return {
    inputs: isMapping(expects) ? Object.keys(expects) : [],
    steps: refs.filter((ref): ref is string => typeof ref === 'string'),
  };
}

function readDefinition(findings: Findings, value: unknown, strict: boolean): TemplateDefinition {
  const path = ['definition'];
  const where = 'the definition';
  const fields = readFields(findings, value, path, where, DEFINITION);
  const given = value as Record<string, unknown>;
  if (!Object.hasOwn(given, 'expects')) findings.atKey(path, raise.TEMPLATE_KEY_MISSING({ key: 'expects', where }));
  if (!Object.hasOwn(given, 'returns')) findings.atKey(path, raise.TEMPLATE_KEY_MISSING({ key: 'returns', where }));
  const steps = readSteps(findings, fields['steps'], [...path, 'steps']);
  const { expression, schema } = readReturns(findings.source, fields['returns']);
  return {
    name: `${fields['namespace']}.${fields['name']}`,
    title: String(fields['title']),
    description: text(fields['description']) ?? '',
    group: String(fields['display_group']),
    ...named('docsUrl', text(fields['doc_url'])),
    ...named('author', text(fields['author'])),
    ...named('deprecated', text(fields['deprecated'])),
    secrets: readSecrets(findings, fields['secrets'], [...path, 'secrets']),
    inputs: readExpects(findings, fields['expects'], [...path, 'expects']),
    steps,
    returns: expression ?? `\${{ steps.${steps.at(-1)?.ref}.result }}`,
    ...named('outputSchema', schema),
    strict: strict || fields['strict'] === true,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim() : undefined;
}

/** An optional member, absent when there is no value. */
function named<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: V };
}
