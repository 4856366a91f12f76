import { raise } from '../../errors/catalogue.ts';
import { isForbiddenName } from '../../language/path/forbidden-name.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { type FieldRules, type Fields, readFields } from './read-fields.ts';
import type { StepRetry, TemplateStep } from './template-definition.ts';

/** Some 24 days; longer timers would fire at once. */
const MAX_SECONDS = 2_147_483;

const STEP: FieldRules = {
  ref: { kind: 'text', required: true, pattern: /^[A-Za-z0-9_]+$/, patternSays: 'letters, digits and _' },
  action: { kind: 'text', required: true, pattern: /^[A-Za-z0-9_.]+$/, patternSays: 'the dotted name of an action' },
  args: { kind: 'mapping' },
  run_if: { kind: 'any' },
  for_each: { kind: 'any' },
  retry: { kind: 'mapping' },
  timeout: { kind: 'number', least: 0.001, most: MAX_SECONDS },
};

const RETRY: FieldRules = {
  max_attempts: { kind: 'number', required: true, integer: true, least: 1, most: 1000 },
  delay: { kind: 'number', least: 0, most: MAX_SECONDS },
  backoff: { kind: 'number', least: 1, most: 100 },
  max_delay: { kind: 'number', least: 0, most: MAX_SECONDS },
};

export function readSteps(findings: Findings, value: unknown, path: DataPath): TemplateStep[] {
  const entries = Array.isArray(value) ? value : [];
  const steps = entries.flatMap((entry, index) => readStep(findings, entry, [...path, index], index) ?? []);
  const firstLines = new Map<string, number>();
  for (const { ref, index, position } of steps) {
    const firstLine = firstLines.get(ref);
    if (firstLine === undefined) firstLines.set(ref, position.line);
    else findings.atValue([...path, index, 'ref'], raise.TEMPLATE_REF_DUPLICATE({ ref, firstLine }));
  }
  return steps;
}

function readStep(findings: Findings, entry: unknown, path: DataPath, index: number): TemplateStep | undefined {
  const fields = readFields(findings, entry, path, `step ${index + 1}`, STEP);
  const { ref, action } = fields;
  const retry = fields['retry'] === undefined ? undefined : readRetry(findings, fields['retry'], [...path, 'retry']);
  const forEach =
    fields['for_each'] == null ? undefined : readForEach(findings, fields['for_each'], [...path, 'for_each']);
  if (typeof ref === 'string' && isForbiddenName(ref)) {
    findings.atValue([...path, 'ref'], raise.TEMPLATE_VALUE({ what: `The ref "${ref}"`, problem: 'is reserved' }));
  }
  if (typeof ref !== 'string' || typeof action !== 'string') return undefined;
  return {
    ref,
    action,
    args: (fields['args'] ?? {}) as Fields,
    ...(fields['run_if'] == null ? {} : { runIf: fields['run_if'] }),
    ...(forEach === undefined ? {} : { forEach }),
    ...(retry === undefined ? {} : { retry }),
    ...(typeof fields['timeout'] === 'number' ? { timeoutMs: Math.ceil(fields['timeout'] * 1000) } : {}),
    index,
    position: findings.source.positionOf(path),
  };
}

function readForEach(findings: Findings, value: unknown, path: DataPath): TemplateStep['forEach'] {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')) return value;
  const problem = 'must be an expression `${{ for var.x in … }}`, or a list of them';
  findings.atValue(path, raise.TEMPLATE_VALUE({ what: '`for_each`', problem }));
  return undefined;
}

function readRetry(findings: Findings, value: unknown, path: DataPath): StepRetry | undefined {
  const fields = readFields(findings, value, path, 'retry', RETRY);
  if (typeof fields['max_attempts'] !== 'number') return undefined;
  const number = (name: string, otherwise: number) => (typeof fields[name] === 'number' ? fields[name] : otherwise);
  return {
    maxAttempts: fields['max_attempts'],
    delayMs: number('delay', 0) * 1000,
    backoff: number('backoff', 1),
    maxDelayMs: number('max_delay', MAX_SECONDS) * 1000,
  };
}
