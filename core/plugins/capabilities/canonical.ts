import { type Atom, atomsOf, covers } from './atom.ts';
import type { Capabilities, NetworkRule } from './capabilities.ts';

/**
 * The one form of everything that asks for the same: lower case, sorted, nothing said twice, nothing that something wider says already.
 * Reasons of what comes together are joined.
 */
export function canonicalCapabilities(given: Capabilities): Capabilities {
  const atoms = withoutCovered(atomsOf(lowered(given)));
  const of = (capability: Atom['capability']) =>
    atoms.filter((atom) => atom.capability === capability).toSorted(byTargetAndRight);
  const [kv] = of('kv');
  const lists = {
    network: networkRules(of('network')),
    connections: of('connections').map(({ target: kind, why }) => ({ kind, why })),
    files: of('files').map(({ target: path, right, why }) => ({ path, access: right as 'read' | 'write', why })),
    events: of('events').map(({ target: topic, right, why }) => ({
      topic,
      access: right as 'publish' | 'subscribe',
      why,
    })),
  };
  const yes = (['secrets', 'routes', 'database', 'scripts', 'workflows', 'gateway'] as const).flatMap((name) =>
    of(name)
      .filter(({ target }) => target === '')
      .map(({ why }) => [name, { why }] as const),
  );
  const everybody = of('routes').find(({ target }) => target === 'public');
  return {
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(kv === undefined ? {} : { kv: { quotaBytes: Number(kv.right), why: kv.why } }),
    ...Object.fromEntries(yes),
    ...(everybody === undefined || given.routes === undefined
      ? {}
      : { routes: { why: given.routes.why, public: { why: everybody.why } } }),
  };
}

/** Host names in lower case, without the dot at their end and the port of https; methods in upper case; paths without detours. */
function lowered(given: Capabilities): Capabilities {
  const { network, files, ...rest } = given;
  return {
    ...rest,
    ...(network === undefined ? {} : { network: network.map(loweredRule) }),
    ...(files === undefined ? {} : { files: files.map((file) => ({ ...file, path: plainPath(file.path) })) }),
  };
}

function loweredRule({ host, methods, why }: NetworkRule): NetworkRule {
  const plain = host
    .toLowerCase()
    .replace(/:443$/, '')
    .replace(/\.(?=:\d+$|$)/, '');
  return { host: plain, ...(methods === undefined ? {} : { methods: methods.map((one) => one.toUpperCase()) }), why };
}

function plainPath(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') ? `/${parts.join('/')}` : parts.join('/') || '.';
}

function withoutCovered(atoms: readonly Atom[]): Atom[] {
  const reasons = new Map<string, Set<string>>();
  const different = new Map<string, Atom>();
  for (const atom of atoms) {
    const key = JSON.stringify([atom.capability, atom.target, atom.right]);
    different.set(key, atom);
    reasons.set(key, (reasons.get(key) ?? new Set()).add(atom.why));
  }
  const all = [...different].map(([key, atom]) => ({ ...atom, why: [...reasons.get(key)!].sort().join('; ') }));
  return all.filter((atom) => !all.some((other) => other !== atom && covers(other, atom)));
}

/** Methods of one host and one reason stand together. */
function networkRules(atoms: readonly Atom[]): NetworkRule[] {
  const groups = Map.groupBy(atoms, ({ target, why }) => JSON.stringify([target, why]));
  return [...groups.values()].map((group) => {
    const { target: host, why } = group[0]!;
    const methods = group.map(({ right }) => right);
    return methods.includes('*') ? { host, why } : { host, methods, why };
  });
}

function byTargetAndRight(a: Atom, b: Atom): number {
  return compare(a.target, b.target) || compare(a.right, b.right) || compare(a.why, b.why);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
