import type { BackplaneError } from '@backplane/sdk';
import type { DependencyContainer } from 'tsyringe';
import type { ActionRegistry } from '../registry/runnable-action.ts';
import type { Database } from '../storage/database.ts';
import { createGitSourceRecords } from '../storage/git-source-records.ts';
import type { StoredPluginEvent } from '../storage/plugin-records.ts';
import type { GitOfHost } from './plugin-sources.ts';
import { TOKENS } from './tokens.ts';

export interface GitOfHostOptions {
  readonly registry: ActionRegistry;
  readonly database: Promise<Database>;
  tell(event: StoredPluginEvent): void;
}

/** Under which name the audit rows of a source stand. */
export function auditName(source: string): string {
  return `git:${source}`;
}

/** What Git sources need of the host that they belong to. The host may still be starting: what is not there yet is not asked. */
export function gitOfHost(host: DependencyContainer, { registry, database, tell }: GitOfHostOptions): GitOfHost {
  return {
    actions: registry,
    rows: async () => createGitSourceRecords((await database).dataSource),
    // As with schedules: the host that has the shard of this name.
    mayAsk: (source) => host.isRegistered(TOKENS.engine) && host.resolve(TOKENS.engine).leads(auditName(source)),
    moved(source, { at, by, action, commit }) {
      tell({ plugin: auditName(source), version: commit, at, by, action });
      if (host.isRegistered(TOKENS.sources)) host.resolve(TOKENS.sources).follow(source, { at, by, action, commit });
    },
    refused(source, { code, message }: BackplaneError) {
      const at = new Date().toISOString();
      tell({ plugin: auditName(source), version: 'unknown', at, action: 'refuse', code, reason: message });
    },
  };
}
