import { type ErrorCatalogue, kindOf, type Plugin, type SecretRequirement } from '@backplane/sdk';
import { indexOf, writtenIndex } from '@backplane/sdk/host';
import { issueLine, jsonSchemaOf, type StandardSchema, validate } from '../../plugins/actions/standard-schema.ts';
import type { Manifest } from '../../plugins/manifest/manifest-schema.ts';
import { thrownText } from '../../plugins/thrown-text.ts';
import type { ActionFacts, ErrorFactsRow, ExampleFacts, PluginFacts } from './plugin-facts.ts';

interface Described {
  readonly [member: string]: any;
}

/** What an entry exports, as plain data. Believes as little as it can: what is missing stays absent, for the rules to find. */
export async function describePlugin(
  exported: unknown,
  manifest: Manifest,
): Promise<Omit<PluginFacts, 'tier' | 'granted'>> {
  const plugin = (kindOf(exported) === 'plugin' ? exported : {}) as Described;
  const contributions: readonly Described[] = Array.isArray(plugin['contributes']) ? plugin['contributes'] : [];
  const actions = contributions.filter((contribution) => kindOf(contribution) === 'action');
  return {
    id: manifest.id,
    version: manifest.version,
    actions: await Promise.all(actions.map(describeAction)),
    others: contributions
      .filter((contribution) => !actions.includes(contribution))
      .map((contribution) => {
        const { file } = contribution;
        const facts = { kind: kindOf(contribution) ?? 'unknown', name: nameOf(contribution) };
        return typeof file === 'string' ? { ...facts, file } : facts;
      }),
    index: describeIndex(plugin, manifest),
    errors: describeErrors(plugin['errors']),
    ...(isSchema(plugin['config']) ? { configSchema: jsonSchemaOf(plugin['config'], 'input') } : {}),
  };
}

async function describeAction(action: Described): Promise<ActionFacts> {
  const optional = ['deprecated', 'docsUrl', 'timeoutMs'].filter((key) => action[key] !== undefined);
  return {
    name: nameOf(action),
    title: String(action['title'] ?? ''),
    summary: String(action['summary'] ?? ''),
    effect: action['effect'],
    idempotent: action['idempotent'],
    inputSchema: isSchema(action['input']) ? jsonSchemaOf(action['input'], 'input') : {},
    ...(isSchema(action['output']) ? { outputSchema: jsonSchemaOf(action['output'], 'output') } : {}),
    uses: (action['uses'] ?? []) as readonly string[],
    secrets: (action['secrets'] ?? []) as readonly SecretRequirement[],
    aliases: (action['aliases'] ?? []) as readonly string[],
    examples: await Promise.all(
      ((action['examples'] ?? []) as readonly Described[]).map((one) => describeExample(action, one)),
    ),
    ...Object.fromEntries(optional.map((key) => [key, action[key]])),
  };
}

async function describeExample(action: Described, example: Described): Promise<ExampleFacts> {
  const { name, input, output } = example;
  return {
    name: String(name ?? ''),
    input,
    ...(output === undefined ? {} : { output }),
    inputProblems: await problemsOf(action['input'], input),
    outputProblems: output === undefined ? [] : await problemsOf(action['output'], output),
  };
}

async function problemsOf(schema: unknown, value: unknown): Promise<readonly string[]> {
  if (!isSchema(schema)) return [];
  try {
    const outcome = await validate(schema, value);
    return outcome.ok ? [] : outcome.issues.map(issueLine);
  } catch (thrown) {
    return [thrownText(thrown)];
  }
}

function describeIndex(plugin: Described, { contributes }: Manifest): Readonly<Record<string, unknown>> {
  if (!Array.isArray(plugin['contributes'])) return {};
  const index = indexOf(plugin as unknown as Plugin);
  return writtenIndex({ ...index, templates: { ...contributes.templates, ...index.templates } });
}

function describeErrors(catalogue: ErrorCatalogue | undefined): ErrorFactsRow[] {
  return Object.entries(catalogue ?? {}).map(([code, { status, blame, retry, remedy }]) => ({
    code,
    status,
    blame,
    retry,
    remedy,
  }));
}

function nameOf(contribution: Described): string {
  const { name, method, path } = contribution ?? {};
  return String(name ?? (method === undefined ? '' : `${method} ${path}`));
}

function isSchema(value: unknown): value is StandardSchema {
  return (typeof value === 'object' || typeof value === 'function') && value !== null && '~standard' in value;
}
