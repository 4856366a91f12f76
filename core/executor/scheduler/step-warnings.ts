import type { Warning } from '../../language/template/scope.ts';
import type { StepState } from './state.ts';

/** A step of ten thousand items may find the same missing path ten thousand times. */
const MAX_WARNINGS = 20;

/** Adds what is new, up to a limit. */
export function recordWarnings(target: Pick<StepState, 'warnings'>, warnings: readonly Warning[]): void {
  for (const warning of warnings) {
    const known = target.warnings ?? [];
    if (known.length >= MAX_WARNINGS) return;
    if (known.some(({ code, message }) => code === warning.code && message === warning.message)) continue;
    known.push({ code: warning.code, message: warning.message });
    target.warnings = known;
  }
}
