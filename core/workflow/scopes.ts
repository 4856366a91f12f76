import { controlKind } from './control/control-kind.ts';
import type { Edges } from './edges-of.ts';
import type { Edge } from './graph.ts';
import { topologicalOrder } from './topological-order.ts';

/** A part of a workflow that runs several times: once an item behind a scatter, once an iteration in a loop. Scope 0 is the rest. */
export interface Scope {
  readonly index: number;
  readonly kind: 'root' | 'scatter' | 'loop';
  /** The scope in which the opener stands. */
  readonly parent?: number;
  /** The scatter or loop start. */
  readonly opener?: number;
  /** The gathers or loop ends that stand in it: one in a sound workflow, at least for loops. */
  readonly closers: readonly number[];
}

/** An action whose dependencies stand in different scopes. */
export interface ScopeConflict {
  readonly action: number;
  readonly edge: Edge;
  readonly scope: number;
  readonly other: Edge;
  readonly otherScope: number;
}

export interface Scopes {
  readonly all: readonly Scope[];
  /** By action: the scope in which it stands. Openers stand outside of what they open, closers inside of what they close. */
  readonly of: readonly number[];
  readonly conflicts: readonly ScopeConflict[];
}

/** Which actions belong to which scatter or loop, as their dependencies tell. The graph must be free of circles. */
export function scopesOf(actions: readonly { readonly action: string }[], edges: Edges): Scopes {
  return new ScopeFinder(actions, edges).find();
}

/** The scopes around one, itself first. */
export function enclosing(scopes: readonly Scope[], scope: number): Scope[] {
  const chain: Scope[] = [];
  for (let at: number | undefined = scope; at !== undefined; at = scopes[at]!.parent) chain.push(scopes[at]!);
  return chain;
}

type Growing = Scope & { readonly closers: number[] };

class ScopeFinder {
  readonly #actions: readonly { readonly action: string }[];
  readonly #edges: Edges;
  readonly #all: Growing[] = [{ index: 0, kind: 'root', closers: [] }];
  readonly #of: number[];
  readonly #conflicts: ScopeConflict[] = [];
  /** By opener: what it opens. */
  readonly #opened = new Map<number, number>();

  constructor(actions: readonly { readonly action: string }[], edges: Edges) {
    this.#actions = actions;
    this.#edges = edges;
    this.#of = actions.map(() => 0);
  }

  find(): Scopes {
    for (const index of topologicalOrder(this.#edges)) {
      this.#of[index] = this.#scopeFrom(index);
      this.#openOrClose(index);
    }
    return { all: this.#all, of: this.#of, conflicts: this.#conflicts };
  }

  #scopeFrom(action: number): number {
    const [first, ...others] = this.#edges.incoming[action]!;
    if (first === undefined) return 0;
    const scope = this.#behind(first);
    for (const other of others) {
      const otherScope = this.#behind(other);
      if (otherScope === scope) continue;
      this.#conflicts.push({ action, edge: first, scope, other, otherScope });
      break;
    }
    return scope;
  }

  /** Where an edge leads: an error edge of an opener or closer leads out, since what it opened never was or is over. */
  #behind({ from, on }: Edge): number {
    const scope = this.#of[from]!;
    if (on === 'success' && this.#opened.has(from)) return this.#opened.get(from)!;
    const { kind, parent } = this.#all[scope]!;
    const closes = closedBy(this.#actions[from]!.action);
    return closes !== undefined && closes === kind ? parent! : scope;
  }

  #openOrClose(action: number): void {
    const { action: name } = this.#actions[action]!;
    const scope = this.#of[action]!;
    const opens = openedBy(name);
    if (opens !== undefined) {
      const index = this.#all.length;
      this.#all.push({ index, kind: opens, parent: scope, opener: action, closers: [] });
      this.#opened.set(action, index);
    }
    const closes = closedBy(name);
    if (closes !== undefined && this.#all[scope]!.kind === closes) this.#all[scope]!.closers.push(action);
  }
}

function openedBy(action: string): 'scatter' | 'loop' | undefined {
  const kind = controlKind(action);
  return kind === 'scatter' ? 'scatter' : kind === 'loop-start' ? 'loop' : undefined;
}

function closedBy(action: string): 'scatter' | 'loop' | undefined {
  const kind = controlKind(action);
  return kind === 'gather' ? 'scatter' : kind === 'loop-end' ? 'loop' : undefined;
}
