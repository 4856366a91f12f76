import { type ErrorRecord, stringifyJson } from '@backplane/sdk';
import { toErrorRecord } from '../errors/to-record.ts';
import { formatProblem } from '../language/source/format-problem.ts';
import type { Problem } from '../language/source/problem.ts';
import type { Warning } from '../language/template/scope.ts';

/** One JSON document on stdout, and nothing else. */
export function printJson(value: unknown, pretty = true): void {
  process.stdout.write(`${stringifyJson(value, pretty ? 2 : undefined)}\n`);
}

export function printProblems(problems: readonly Problem[]): void {
  for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
}

/** An error as a person reads it: what, where, and what to do about it. */
export function printError(thrown: unknown): void {
  printErrorRecord(toErrorRecord(thrown));
}

export function printErrorRecord(error: ErrorRecord): void {
  const at = error.position
    ? `${error.position.file ?? 'input'}:${error.position.line}:${error.position.column}: `
    : '';
  process.stderr.write(`error ${error.code}: ${at}${error.message}\n`);
  if (error.remedy) process.stderr.write(`  → ${error.remedy}\n`);
}

/** Something that worked, but probably not as meant; `step` says where. */
export function printWarning({ code, message, step }: Warning & { readonly step?: string }): void {
  process.stderr.write(`warning ${code}${step === undefined ? '' : ` in ${step}`}: ${message}\n`);
}

/** The parts of an error that batch answers carry. */
export function shortError(thrown: unknown): ErrorRecord {
  const { code, message, position, remedy, details } = toErrorRecord(thrown);
  return {
    code,
    message,
    ...(remedy ? { remedy } : {}),
    ...(position ? { position } : {}),
    ...(details ? { details } : {}),
  };
}
