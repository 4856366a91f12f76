import { compileTemplate } from '../../language/template/compile-template.ts';
import type { Control, Region } from '../graph.ts';
import { enclosing, type Scope, type Scopes } from '../scopes.ts';
import type { ActionDefinition } from '../workflow-definition.ts';
import { controlKind } from './control-kind.ts';
import { SUBFLOW_OPTIONS } from './limits.ts';

/** By action: how it steers the run, if it does. */
export function compileControls(
  actions: readonly ActionDefinition[],
  scopes: Scopes,
  regions: readonly Region[],
): readonly (Control | undefined)[] {
  return actions.map((action, index) => compileControl(action, index, scopes, regions));
}

function compileControl(
  { action, args }: ActionDefinition,
  index: number,
  { all, of }: Scopes,
  regions: readonly Region[],
): Control | undefined {
  const kind = controlKind(action);
  const at = ['actions', index, 'args'];
  const around = all[of[index]!]!;
  switch (kind) {
    case 'scatter': {
      const [gather] = all.find(({ opener }) => opener === index)!.closers;
      const region = regions.findIndex(({ scatter }) => scatter === index);
      return { kind, args: compileTemplate(args, { at }), region, ...(gather !== undefined && { gather }) };
    }
    case 'gather': {
      const { items, ...options } = args;
      return {
        kind,
        items: compileTemplate(items, { at: [...at, 'items'] }),
        options: compileTemplate(options, { at }),
        scatter: around.opener!,
      };
    }
    case 'loop-start':
      return { kind };
    case 'loop-end':
      return { kind, args: compileTemplate(args, { at }), start: around.opener!, body: bodyOf(around, all, of) };
    case 'subflow': {
      const isOption = ([name]: [string, unknown]) => SUBFLOW_OPTIONS.includes(name);
      const part = (wanted: boolean) =>
        compileTemplate(Object.fromEntries(Object.entries(args).filter((entry) => isOption(entry) === wanted)), { at });
      return { kind, call: part(false), options: part(true) };
    }
    default:
      return undefined;
  }
}

/** Everything in the loop, except what stands inside a scatter: its streams are made anew. The gather stands in the loop. */
function bodyOf(loop: Scope, all: readonly Scope[], of: readonly number[]): number[] {
  const inside = new Set(all.filter(({ index }) => isPartOf(index, loop, all)).map(({ index }) => index));
  const gathers = all.filter(({ kind, parent }) => kind === 'scatter' && inside.has(parent!));
  const closers = new Set(gathers.flatMap(({ closers: list }) => list));
  return [...of.keys()].filter((index) => inside.has(of[index]!) || closers.has(index));
}

/** True for the loop itself and the loops in it that no scatter stands around. */
function isPartOf(scope: number, loop: Scope, all: readonly Scope[]): boolean {
  const chain = enclosing(all, scope);
  const end = chain.indexOf(loop);
  return end !== -1 && chain.slice(0, end).every(({ kind }) => kind === 'loop');
}
