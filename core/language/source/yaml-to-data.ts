import { Float } from '@backplane/sdk';
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap } from 'yaml';
import { raise } from '../../errors/catalogue.ts';
import type { Problem } from './problem.ts';
import { toProblem } from './to-problem.ts';
import { resolvePlainScalar } from './yaml-scalar.ts';
import type { DataPath, HiddenValue } from './yaml-source.ts';
import { MAX_DEPTH, type YamlTree } from './yaml-tree.ts';

/** Values that aliases may add to what is written; real files stay below a few hundred. */
const MAX_EXPANDED = 50_000;

export interface YamlData {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  readonly duplicates: readonly HiddenValue[];
}

/** Turns the tree into plain data, and finds what the syntax allows but we do not. */
export function yamlToData(tree: YamlTree): YamlData {
  const reader = new DataReader(tree);
  return { value: reader.read(tree.root, []), problems: reader.problems, duplicates: reader.duplicates };
}

class DataReader {
  readonly problems: Problem[] = [];
  readonly duplicates: HiddenValue[] = [];
  readonly #tree: YamlTree;
  readonly #open = new Set<Node>();
  #aliasDepth = 0;
  #expanded = 0;
  #expansionReported = false;
  #depthReported = false;

  constructor(tree: YamlTree) {
    this.#tree = tree;
  }

  read(node: Node | null, path: DataPath): unknown {
    if (node === null) return null;
    if (this.#aliasDepth > 0 && ++this.#expanded > MAX_EXPANDED) return null;
    if (path.length > MAX_DEPTH) return this.#tooDeep(node);
    if (isAlias(node)) return this.#readAlias(node, path);
    if (isScalar(node)) return this.#readScalar(node);
    this.#checkTag(node);
    if (isSeq(node)) return node.items.map((item, index) => this.read(item as Node | null, [...path, index]));
    return isMap(node) ? this.#readMap(node, path) : null;
  }

  #readAlias(alias: Node & { source: string }, path: DataPath): unknown {
    const target = this.#tree.target(alias);
    if (target === undefined || this.#open.has(target)) {
      const problem = target === undefined ? 'has no anchor before it' : 'contains itself';
      this.#report(raise.YAML_ALIAS({ name: alias.source, problem }), alias);
      return null;
    }
    this.#open.add(target);
    this.#aliasDepth++;
    const value = this.read(target, path);
    this.#aliasDepth--;
    this.#open.delete(target);
    if (this.#aliasDepth === 0 && this.#expanded > MAX_EXPANDED && !this.#expansionReported) {
      this.#expansionReported = true;
      this.#report(raise.YAML_ALIAS_EXPANSION({ limit: MAX_EXPANDED }), alias);
    }
    return value;
  }

  /** What is written is never this deep (`parseYaml` looked): a chain of aliases is. */
  #tooDeep(node: Node): null {
    if (!this.#depthReported) this.#report(raise.YAML_TOO_DEEP({ limit: MAX_DEPTH }), node);
    this.#depthReported = true;
    return null;
  }

  #readScalar(node: Scalar): unknown {
    const text = String(node.value);
    if (node.tag !== undefined) return this.#readTagged(node, text);
    return node.type === Scalar.PLAIN ? resolvePlainScalar(text) : text;
  }

  #readTagged(node: Scalar, text: string): unknown {
    const kind = node.tag!.replace(/^tag:yaml\.org,2002:/, '');
    if (kind === 'str' || kind === '!' || kind === 'timestamp') return text;
    const value = resolvePlainScalar(text);
    if (kind === 'float' && (typeof value === 'number' || typeof value === 'bigint')) return new Float(Number(value));
    if (kind === scalarKind(value)) return value;
    const known = ['int', 'float', 'bool', 'null'].includes(kind);
    const problem = known ? `does not fit the text "${text}"` : 'is not known';
    this.#report(raise.YAML_TAG({ tag: shortTag(node.tag!), problem }), node);
    return text;
  }

  #checkTag(node: Node & { tag?: string }): void {
    const natural = isSeq(node) ? 'tag:yaml.org,2002:seq' : 'tag:yaml.org,2002:map';
    if (node.tag === undefined || node.tag === natural || node.tag === '!') return;
    this.#report(raise.YAML_TAG({ tag: shortTag(node.tag), problem: 'is not known here' }), node);
  }

  #readMap(map: YAMLMap, path: DataPath): Record<string, unknown> {
    const merged: Record<string, unknown> = Object.create(null);
    const own: Record<string, unknown> = Object.create(null);
    const firstKeys = new Map<string, Node>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      if (this.#tree.isMerge(pair)) {
        this.#merge(merged, pair, path);
        continue;
      }
      const key = this.#readKey(pair.key);
      if (key === undefined) continue;
      const earlier = firstKeys.get(key);
      if (earlier === undefined) firstKeys.set(key, pair.key);
      else this.#duplicate(key, earlier, pair.key, own[key], path);
      own[key] = this.read(pair.value, [...path, key]);
    }
    return Object.assign(merged, own);
  }

  /** Of several merged mappings the first that has a key wins, and the mapping's own keys win over all. */
  #merge(merged: Record<string, unknown>, pair: Pair<Node, Node | null>, path: DataPath): void {
    const maps = this.#tree.mergedMaps(pair);
    if (maps === undefined) this.#report(raise.YAML_MERGE({}), pair.value ?? pair.key);
    for (const node of maps ?? []) {
      const value = this.read(node, path);
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, member] of Object.entries(value)) if (!Object.hasOwn(merged, key)) merged[key] = member;
    }
  }

  #readKey(key: Node): string | undefined {
    const name = this.#tree.keyName(key);
    if (name === undefined) this.#report(raise.YAML_KEY({ problem: 'must be text, not a list or mapping' }), key);
    else if (name === '__proto__') this.#report(raise.YAML_KEY({ problem: 'may not be "__proto__"' }), key);
    return name === '__proto__' ? undefined : name;
  }

  #duplicate(key: string, first: Node, second: Node, value: unknown, path: DataPath): void {
    const firstLine = this.#tree.positionOfNode(first).line;
    const problem = toProblem(raise.YAML_DUPLICATE_KEY({ key, firstLine }), this.#tree.positionOfNode(second));
    this.problems.push(problem);
    this.duplicates.push({ path: [...path, key], value, problem });
  }

  #report(error: Parameters<typeof toProblem>[0], node: Node): void {
    this.problems.push(toProblem(error, this.#tree.positionOfNode(node)));
  }
}

function scalarKind(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value)) ? 'int' : 'float';
}

function shortTag(tag: string): string {
  return tag.replace(/^tag:yaml\.org,2002:/, '!!');
}
