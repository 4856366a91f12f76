import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { isRecord } from '../../language/values/is-record.ts';
import { runAction } from '../run-action.ts';
import type { ActionRegistry, LeafCall } from '../runnable-action.ts';
import { silentLog } from './template-bench.fixture.ts';
import { stepsOf } from './template-steps.ts';

/** Recorded runs of public templates; not part of the project, absent in most checkouts. */
const folder = fileURLToPath(new URL('../../../../shared/conformance', import.meta.url));
export const corpus = {
  present: existsSync(join(folder, 'templates-golden.json')),
  templates: join(folder, 'templates'),
  httpFixture: () => parseJson(readFileSync(join(folder, 'http-fixture.json'), 'utf8')),
  cases: () => parseJson(readFileSync(join(folder, 'templates-golden.json'), 'utf8')) as GoldenCase[],
};

interface GoldenCase {
  readonly file: string;
  readonly template: string;
  readonly variant: string;
  readonly inputs: Record<string, unknown>;
  readonly secrets: Record<string, Record<string, string>>;
  readonly vars: unknown;
  readonly nondeterministic: boolean;
  readonly calls: readonly LeafCall[];
  readonly returns?: unknown;
  /** The original raised. */
  readonly error?: string;
}

export interface GoldenReport {
  readonly equal: number;
  /** The original raised: here it works, raises the same in the same words, or is refused with a coded error of its own. */
  readonly originalRaised: { readonly works: number; readonly alike: number; readonly refused: readonly string[] };
  /** Cases that need an action which the registry lacks, by that action. */
  readonly waiting: Readonly<Record<string, number>>;
  readonly different: readonly string[];
}

/** Runs every recorded case whose actions are all there, and compares calls and result. */
export async function runGoldenCases(registry: ActionRegistry): Promise<GoldenReport> {
  const waiting: Record<string, number> = {};
  const different: string[] = [];
  const raised = { works: 0, alike: 0, refused: [] as string[] };
  let equal = 0;
  for (const golden of corpus.cases()) {
    const missing = stepsOf(registry.get(golden.template)!).find(({ action }) => registry.get(action) === undefined);
    if (missing !== undefined) {
      waiting[missing.action] = (waiting[missing.action] ?? 0) + 1;
      continue;
    }
    const outcome = await runCase(registry, golden);
    const name = `${golden.file} (${golden.variant})`;
    if (golden.error !== undefined && 'error' in outcome && outcome.error?.endsWith(golden.error)) raised.alike++;
    else if (golden.error !== undefined && 'error' in outcome) raised.refused.push(`${name}: ${outcome.error}`);
    else if (golden.error !== undefined) raised.works++;
    else if (isEqual(outcome, golden)) equal++;
    else different.push(`${name}: ${comparable(outcome)}`);
  }
  return { equal, originalRaised: raised, waiting, different };
}

/** The recording put its answer in place of the whole action, so that nothing was ever encoded as base64: then only calls count. */
function isEqual(
  outcome: { readonly calls: readonly LeafCall[]; readonly result?: unknown },
  golden: GoldenCase,
): boolean {
  const encoded = golden.calls.some(({ args }) => isRecord(args) && args['base64_encode_data'] === true);
  const { calls, returns } = golden;
  if (encoded && 'result' in outcome) return comparable(outcome.calls) === comparable(calls);
  const [mine, theirs] = [comparable(outcome), comparable({ calls, result: returns })];
  return golden.nondeterministic ? withoutChance(mine) === withoutChance(theirs) : mine === theirs;
}

async function runCase(registry: ActionRegistry, { template, inputs, secrets, vars }: GoldenCase) {
  const calls: LeafCall[] = [];
  const request = { name: template, input: inputs, secrets, vars, log: silentLog };
  try {
    return {
      calls,
      result: await runAction(registry, { ...request, onLeafCall: (call) => calls.push(withoutScript(call)) }),
    };
  } catch (error) {
    return { calls, error: (error as Error).message };
  }
}

/** Recorded calls have the script's hash in place of its text. */
function withoutScript({ action, args }: LeafCall): LeafCall {
  if (!isRecord(args) || typeof args['script'] !== 'string') return { action, args };
  const { script, ...others } = args;
  return { action, args: { ...others, script_sha256: createHash('sha256').update(script).digest('hex') } };
}

/** What differs from run to run, replaced by its kind: random identifiers, moments, milliseconds since 1970. */
function withoutChance(text: string): string {
  return text
    .replace(/[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}/g, '<uuid>')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+/g, '<moment>')
    .replace(/\b1\d{12}\b/g, '<milliseconds>')
    .replace(/(?<=PURPLE-MCP)\w{10}/g, '<random>');
}

/** The same text for the same data: keys sorted, numbers as JSON has them. */
function comparable(value: unknown): string {
  return stringifyJson(sorted(JSON.parse(stringifyJson(value))));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
