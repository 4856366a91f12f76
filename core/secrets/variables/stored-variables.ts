import { parseJson } from '@backplane/sdk';
import type { DataSource } from 'typeorm';
import { codedFailure } from '../../storage/coded-failures.ts';
import type { FallbackRules } from '../environments/environment-store.ts';
import { chosen, type Standing } from '../fallback.ts';
import type { VariableValues } from './variable-store.ts';

const MOST_REMEMBERED = 1_000;

/** `VARS` of the runs of a workspace: name → key → value. */
export interface StoredVariables {
  /** Each name by itself as {@link chosen} has it, configured ones last. At once where it is remembered: it is read for each attempt. */
  resolve(environment: string, workspace: string): VariableScope | Promise<VariableScope>;
  /** All that there are, in whatever environment. */
  names(workspace: string): Promise<readonly string[]>;
  /** Something has changed: nothing that was remembered counts any more. */
  forget(): void;
}

/** Nobody changes it. */
export type VariableScope = Readonly<Record<string, unknown>>;

interface StandingVariable extends Standing {
  readonly name: string;
  readonly content: string;
}

export function createStoredVariables(
  source: DataSource,
  { rules, configured }: { readonly rules: FallbackRules; readonly configured: VariableScope },
): StoredVariables {
  let scopes = new Map<string, VariableScope>();
  const load = async (environment: string, workspace: string): Promise<VariableScope> => {
    try {
      const rows = await inReach(source, workspace);
      return scopeOf(rows, environment, await rules.fallsBack(environment, workspace), configured);
    } catch (error) {
      throw codedFailure(error);
    }
  };
  return {
    resolve(environment, workspace) {
      const key = `${workspace} ${environment}`;
      const held = scopes.get(key);
      if (held !== undefined) return held;
      const into = scopes;
      return load(environment, workspace).then((scope) => {
        if (into.size >= MOST_REMEMBERED) into.clear();
        // What was forgotten meanwhile remembers into the old map, where nobody looks.
        into.set(key, scope);
        return scope;
      });
    },
    async names(workspace) {
      try {
        const rows = await inReach(source, workspace);
        return [...new Set([...Object.keys(configured), ...rows.map(({ name }) => name)])];
      } catch (error) {
        throw codedFailure(error);
      }
    },
    forget() {
      scopes = new Map();
    },
  };
}

function inReach(source: DataSource, workspace: string): Promise<readonly StandingVariable[]> {
  return source.query(
    `SELECT v.name, v.environment, v.workspace_id IS NOT NULL AS own, v.content FROM workspace w
      JOIN variable v ON v.workspace_id = w.id OR (v.workspace_id IS NULL AND v.organization_id = w.organization_id)
      WHERE w.id = $1`,
    [workspace],
  );
}

function scopeOf(
  rows: readonly StandingVariable[],
  environment: string,
  fallsBack: boolean,
  configured: VariableScope,
): VariableScope {
  const scope: Record<string, unknown> = Object.assign(Object.create(null), configured);
  for (const [name, found] of Map.groupBy(rows, (row) => row.name)) {
    const hit = chosen(found, environment, fallsBack);
    if (hit !== undefined) scope[name] = parseJson(hit.content) as VariableValues;
  }
  return Object.freeze(scope);
}
