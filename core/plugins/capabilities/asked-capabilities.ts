import { raise } from '../../errors/catalogue.ts';
import type { Grants } from '../plugins-config.ts';
import type { Capabilities } from './capabilities.ts';

/** Which member names the target of a row: a host, a kind, a path, a topic. */
const TARGETS = ['host', 'kind', 'path', 'topic'] as const;

/** What remains of what a plugin asks for. Grants can only take away. Throws PLUGIN_GRANT_UNKNOWN. */
export function grantedCapabilities(id: string, asked: Capabilities, grants: Grants = {}): Capabilities {
  const left: Record<string, unknown> = { ...asked };
  for (const [name, grant] of Object.entries(grants)) {
    const rows = left[name];
    const unknown = (what: string) => raise.PLUGIN_GRANT_UNKNOWN({ id, grant: what, asked: Object.keys(asked) });
    if (rows === undefined) throw unknown(name);
    if (grant === false) delete left[name];
    else if (Array.isArray(rows)) {
      const missing = grant.find((target) => !rows.some((row) => targetOf(row) === target));
      if (missing !== undefined) throw unknown(`${name}: ${missing}`);
      left[name] = rows.filter((row) => grant.includes(targetOf(row)));
    } else throw unknown(`${name}: ${grant.join(', ')}`);
  }
  return left as Capabilities;
}

/** One line for each thing asked for, as people read it before they approve. */
export function capabilityLines(asked: Capabilities): string[] {
  return Object.entries(asked).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((row: Record<string, unknown>) => {
      const { why, ...rest } = row;
      const detail = Object.values(rest).flat().join(' ');
      return `${name}${detail === '' ? '' : ` ${detail}`}: ${String(why)}`;
    }),
  );
}

function targetOf(row: unknown): string {
  return String(TARGETS.map((key) => (row as Record<string, unknown>)[key]).find((target) => target !== undefined));
}
