import { hostCovers } from '@backplane/sdk/host';
import type { Capabilities } from './capabilities.ts';

/** The smallest thing that can be asked for: one method of one host, one topic to publish to … Everything else is made of these. */
export interface Atom {
  readonly capability: keyof Capabilities;
  /** Host, kind, path or topic; empty where the capability knows only yes and no. */
  readonly target: string;
  /** HTTP method or `*`; `read`, `write`; `publish`, `subscribe`; the bytes of a quota. */
  readonly right: string;
  readonly why: string;
}

/** Every atom of what was asked for, in no particular order. */
export function atomsOf(capabilities: Capabilities): Atom[] {
  const atoms: Atom[] = [];
  const add = (capability: Atom['capability'], target: string, right: string, why: string) =>
    atoms.push({ capability, target, right, why });
  for (const { host, methods, why } of capabilities.network ?? [])
    for (const method of methods ?? ['*']) add('network', host, method, why);
  for (const { kind, why } of capabilities.connections ?? []) add('connections', kind, '', why);
  for (const { path, access, why } of capabilities.files ?? []) add('files', path, access, why);
  for (const { topic, access, why } of capabilities.events ?? []) add('events', topic, access, why);
  if (capabilities.kv !== undefined) add('kv', '', String(capabilities.kv.quotaBytes), capabilities.kv.why);
  for (const name of ['secrets', 'routes', 'database', 'scripts', 'workflows', 'gateway'] as const) {
    const asked = capabilities[name];
    if (asked !== undefined) add(name, '', '', asked.why);
  }
  const everybody = capabilities.routes?.public;
  if (everybody !== undefined) add('routes', 'public', '', everybody.why);
  return atoms;
}

/** Whether who has `wide` has `narrow`, too. */
export function covers(wide: Atom, narrow: Atom): boolean {
  if (wide.capability !== narrow.capability) return false;
  switch (wide.capability) {
    case 'network':
      return (wide.right === '*' || wide.right === narrow.right) && hostCovers(wide.target, narrow.target);
    case 'files':
      return (wide.right === 'write' || wide.right === narrow.right) && pathCovers(wide.target, narrow.target);
    case 'events':
      return wide.right === narrow.right && topicCovers(wide.target, narrow.target);
    case 'kv':
      return Number(wide.right) >= Number(narrow.right);
    default:
      return wide.target === narrow.target;
  }
}

function pathCovers(wide: string, narrow: string): boolean {
  if (wide === narrow || wide === '/') return wide === narrow || narrow.startsWith('/');
  return wide === '.' ? !narrow.startsWith('/') : narrow.startsWith(`${wide}/`);
}

/** `tickets.*` covers all below `tickets.`. */
function topicCovers(wide: string, narrow: string): boolean {
  return wide === '*' || wide === narrow || (wide.endsWith('.*') && narrow.startsWith(wide.slice(0, -1)));
}
