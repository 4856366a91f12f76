import type { ListNode, MapEntry, MapNode, OcelotNode } from './ocelot-node.ts';

/** What .NET makes of two layers: maps name by name, lists place by place, and of everything else the later one. */
export function overlay(below: OcelotNode, above: OcelotNode): OcelotNode {
  if (below.kind === 'map' && above.kind === 'map') return overlayMap(below, above);
  if (below.kind === 'list' && above.kind === 'list') return overlayList(below, above);
  return above;
}

export function overlayMap(below: MapNode, above: MapNode): MapNode {
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const known = entries.get(key);
    entries.set(key, known === undefined ? entry : { ...entry, node: overlay(known.node, entry.node) });
  }
  return { ...below, entries };
}

function overlayList(below: ListNode, above: ListNode): ListNode {
  const items = below.items.map((item, index) => {
    const over = above.items[index];
    return over === undefined ? item : overlay(item, over);
  });
  return { ...above, items: [...items, ...above.items.slice(below.items.length)] };
}

/** `GlobalConfiguration__BaseUrl`, `Routes__0__Priority`: variables that lie over the files. Others belong to somebody else. */
export function environmentLayer(variables: Readonly<Record<string, string | undefined>>): MapNode | undefined {
  const root: Tree = new Map();
  for (const [name, value] of Object.entries(variables).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const steps = name.split('__');
    if (value === undefined || steps.length < 2 || !TOP.test(steps[0]!) || steps.includes('')) continue;
    let at = root;
    for (const step of steps.slice(0, -1)) {
      const key = step.toLowerCase();
      const known = at.get(key);
      const next: Tree = known?.inner instanceof Map ? known.inner : new Map();
      if (next !== known?.inner) at.set(key, { name: step, inner: next });
      at = next;
    }
    at.set(steps.at(-1)!.toLowerCase(), { name: steps.at(-1)!, inner: value, variable: name });
  }
  return root.size === 0 ? undefined : (treeNode(root, '') as MapNode);
}

const TOP = /^(?:Routes|ReRoutes|DynamicRoutes|Aggregates|GlobalConfiguration)$/i;

type Tree = Map<string, { readonly name: string; readonly inner: Tree | string; readonly variable?: string }>;

function treeNode(tree: Tree, pointer: string): OcelotNode {
  const place = { file: 'environment', line: 1, column: 1 };
  const inner = [...tree].map(([key, { name, inner, variable }]) => {
    const at = `${pointer}/${name}`;
    const node: OcelotNode =
      typeof inner === 'string'
        ? { kind: 'value', value: inner, place: { ...place, file: variable ?? place.file }, pointer: at }
        : treeNode(inner, at);
    return [key, { name, place, node } satisfies MapEntry] as const;
  });
  const isList = inner.length > 0 && inner.every(([key]) => /^\d{1,4}$/.test(key));
  if (!isList) return { kind: 'map', entries: new Map(inner), place, pointer };
  const items: OcelotNode[] = [];
  for (const [key, { node }] of inner) items[Number(key)] = node;
  const gap: OcelotNode = { kind: 'map', entries: new Map(), place, pointer };
  return { kind: 'list', items: Array.from(items, (item) => item ?? gap), place, pointer };
}
