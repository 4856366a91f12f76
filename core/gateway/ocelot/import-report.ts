import type { Place } from '../model/place.ts';
import type { OcelotFinding } from './findings.ts';
import type { Mapped } from './translate/translation.ts';

/** The import at a glance, part by part of the file. */
export interface OcelotReport {
  /** What became of it. */
  readonly mapped: readonly { readonly pointer: string; readonly place: Place; readonly to: string }[];
  /** Works, but differs from how it reads or from Ocelot. */
  readonly compatNotes: readonly OcelotFinding[];
  /** Has no effect, there or here. */
  readonly ignored: readonly OcelotFinding[];
  readonly errors: readonly OcelotFinding[];
}

const IGNORED = new Set([
  'OCELOT_PROPERTY_UNKNOWN',
  'OCELOT_PROPERTY_UNUSED',
  'OCELOT_SECTION_FOREIGN',
  'OCELOT_GLOBAL_UNUSED',
  'OCELOT_OPTION_UNSUPPORTED',
]);

export function importReport(mapped: readonly Mapped[], findings: readonly OcelotFinding[]): OcelotReport {
  const rest = findings.filter(({ severity }) => severity !== 'error');
  return {
    mapped: mapped.map(({ pointer, place, to }) => ({ pointer, place, to })),
    compatNotes: rest.filter(({ code }) => !IGNORED.has(code)),
    ignored: rest.filter(({ code }) => IGNORED.has(code)),
    errors: findings.filter(({ severity }) => severity === 'error'),
  };
}
