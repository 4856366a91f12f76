import type { Position } from '@backplane/sdk';
import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import type { DataPath } from './yaml-source.ts';

/** Levels of nesting; the composer and every reader of the data recurse. */
export const MAX_DEPTH = 100;

/** The parsed document as other readers need it: aliases and merges followed, paths found, offsets turned into positions. */
export class YamlTree {
  readonly root: Node | null;
  readonly #positionAt: (offset: number) => Position;
  #targets: Map<Node, Node> | undefined;

  constructor(document: Document, positionAt: (offset: number) => Position) {
    this.root = document.contents as Node | null;
    this.#positionAt = positionAt;
  }

  positionOfNode(node: Node): Position {
    return this.#positionAt(node.range?.[0] ?? 0);
  }

  /** What an alias stands for. */
  target(alias: Node): Node | undefined {
    this.#targets ??= findTargets(this.root);
    return this.#targets.get(alias);
  }

  isMerge(pair: Pair<Node, Node | null>): boolean {
    return isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === Scalar.PLAIN;
  }

  /** The mappings behind a `<<`, first one strongest; undefined when there is anything else. */
  mergedMaps(pair: Pair<Node, Node | null>): readonly Node[] | undefined {
    const value = this.follow(pair.value);
    const nodes = isSeq(value) ? (value.items as Node[]) : [pair.value];
    return nodes.every((node) => isMap(this.follow(node))) ? (nodes as Node[]) : undefined;
  }

  /** The key as text: as it is written, so that `on:` and `1:` are the keys "on" and "1". Undefined for a list or mapping. */
  keyName(key: Node): string | undefined {
    const node = this.follow(key);
    return isScalar(node) ? String(node.value) : undefined;
  }

  /** The value at a path, or as far along it as there is something; `complete` tells which. */
  find(path: DataPath): { readonly key?: Node; readonly value: Node | null; readonly complete: boolean } {
    let key: Node | undefined;
    let value = this.root;
    for (const segment of path) {
      const next = this.#child(this.follow(value), segment);
      if (next === undefined) return { key, value, complete: false };
      key = next.key ?? (next.value as Node);
      value = next.value;
    }
    return { key, value, complete: true };
  }

  follow(node: Node | null | undefined): Node | null {
    let at = node ?? null;
    for (let hops = 0; at !== null && isAlias(at) && hops < 100; hops++) at = this.target(at) ?? null;
    return at;
  }

  #child(node: Node | null, segment: string | number): { key?: Node; value: Node | null } | undefined {
    if (isSeq(node)) {
      if (typeof segment !== 'number' || segment >= node.items.length) return undefined;
      return { value: (node.items[segment] as Node | null) ?? null };
    }
    return isMap(node) ? this.#member(node, String(segment)) : undefined;
  }

  #member(map: YAMLMap, name: string): { key?: Node; value: Node | null } | undefined {
    const pairs = map.items as Pair<Node, Node | null>[];
    const own = pairs.findLast((pair) => !this.isMerge(pair) && this.keyName(pair.key) === name);
    if (own !== undefined) return { key: own.key, value: own.value };
    for (const pair of pairs) {
      if (!this.isMerge(pair)) continue;
      for (const node of this.mergedMaps(pair) ?? []) {
        const found = this.#member(this.follow(node) as YAMLMap, name);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }
}

/** An alias means the last anchor of its name before it; an anchor counts from where its value begins. */
function findTargets(root: Node | null): Map<Node, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Node, Node>();
  const visit = (node: Node | null) => {
    if (node === null) return;
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
      return;
    }
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) anchors.set(anchor, node);
    if (isSeq(node)) for (const item of node.items) visit(item as Node | null);
    else if (isMap(node))
      for (const pair of node.items as Pair<Node, Node | null>[]) [pair.key, pair.value].forEach(visit);
  };
  visit(root);
  return targets;
}
