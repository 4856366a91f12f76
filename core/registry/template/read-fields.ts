import { Float } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';

/** What one key of a mapping must hold. `null` counts as absent unless the kind is `any`. */
export interface FieldRule {
  readonly kind: 'text' | 'list' | 'mapping' | 'boolean' | 'number' | 'any';
  readonly required?: boolean;
  readonly pattern?: RegExp;
  /** What the pattern asks for, in words. */
  readonly patternSays?: string;
  /** Characters, items, or the number itself. */
  readonly least?: number;
  readonly most?: number;
  readonly integer?: boolean;
  readonly oneOf?: readonly string[];
}

export type FieldRules = Readonly<Record<string, FieldRule>>;
export type Fields = Readonly<Record<string, unknown>>;

const KIND_NAMES = {
  text: 'text',
  list: 'a list',
  mapping: 'a mapping',
  boolean: 'true or false',
  number: 'a number',
  any: 'a value',
} as const;

/** Reads a mapping by rules. The answer holds only the fields that are right; everything else is a finding. */
export function readFields(
  findings: Findings,
  value: unknown,
  path: DataPath,
  where: string,
  rules: FieldRules,
): Fields {
  const fields: Record<string, unknown> = Object.create(null);
  if (!isMapping(value)) {
    reject(findings, path, where, 'must be a mapping', 'a mapping');
    return fields;
  }
  const known = Object.keys(rules);
  for (const [key, member] of Object.entries(value)) {
    const rule = Object.hasOwn(rules, key) ? rules[key]! : undefined;
    if (rule === undefined) reportUnknown(findings, [...path, key], where, known);
    else if (member === null && rule.kind !== 'any') continue;
    else if (fits(findings, member, [...path, key], `\`${key}\` of ${where}`, rule)) {
      fields[key] = rule.kind === 'number' && Float.is(member) ? member.value : member;
    }
  }
  for (const key of known) {
    const present = Object.hasOwn(value, key) && (value[key] !== null || rules[key]!.kind === 'any');
    if (rules[key]!.required && !present) {
      findings.atKey(Object.hasOwn(value, key) ? [...path, key] : path, raise.TEMPLATE_KEY_MISSING({ key, where }));
    }
  }
  return fields;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Float.is(value);
}

function reportUnknown(findings: Findings, path: DataPath, where: string, known: readonly string[]): void {
  const key = String(path.at(-1));
  const didYouMean = nearest(key, known);
  const extras = didYouMean === undefined ? {} : { didYouMean };
  findings.atKey(path, raise.TEMPLATE_KEY_UNKNOWN({ key, where, known }), extras);
}

function fits(findings: Findings, value: unknown, path: DataPath, what: string, rule: FieldRule): boolean {
  if (!hasKind(value, rule.kind)) {
    reject(findings, path, what, `must be ${KIND_NAMES[rule.kind]}`, KIND_NAMES[rule.kind]);
    return false;
  }
  const wrong = limitBroken(value, rule);
  if (wrong === undefined) return true;
  const didYouMean = rule.oneOf === undefined ? undefined : nearest(String(value), rule.oneOf);
  findings.atValue(
    path,
    raise.TEMPLATE_VALUE({ what, problem: wrong }),
    didYouMean === undefined ? {} : { didYouMean },
  );
  return false;
}

function hasKind(value: unknown, kind: FieldRule['kind']): boolean {
  if (kind === 'any') return true;
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'mapping') return isMapping(value);
  if (kind === 'number') return typeof value === 'number' || Float.is(value);
  return typeof value === (kind === 'text' ? 'string' : 'boolean');
}

function limitBroken(value: unknown, rule: FieldRule): string | undefined {
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value as string))
    return `must be one of ${rule.oneOf.join(', ')}`;
  if (rule.pattern !== undefined && !rule.pattern.test(value as string)) return `must be ${rule.patternSays}`;
  const size = rule.kind === 'number' ? Number(value) : (value as { length?: number } | null)?.length;
  if (size === undefined) return undefined;
  if (rule.integer && !Number.isInteger(size)) return 'must be a whole number';
  const unit = rule.kind === 'number' ? '' : rule.kind === 'list' ? ' entries' : ' characters';
  const verb = rule.kind === 'number' ? 'be' : 'have';
  if (rule.least !== undefined && !(size >= rule.least)) return `must ${verb} at least ${rule.least}${unit}`;
  if (rule.most !== undefined && !(size <= rule.most)) return `must ${verb} at most ${rule.most}${unit}`;
  return undefined;
}

function reject(findings: Findings, path: DataPath, what: string, problem: string, expected: string): void {
  findings.atValue(path, raise.TEMPLATE_VALUE({ what, problem }), { expected });
}
