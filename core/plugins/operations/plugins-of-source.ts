import type { PluginRecord } from '../lifecycle/plugin-record.ts';
import { currentEntry } from '../lock/lock-changes.ts';
import type { PluginsLock } from '../lock/lock-entry.ts';
import type { PluginsConfig } from '../plugins-config.ts';
import { isOf } from '../sources/git/contents/check-templates.ts';
import type { PluginOfSource } from './source-operations.ts';

export interface WhatRuns {
  readonly lock: PluginsLock;
  readonly records: readonly PluginRecord[];
  /** The commit in use. */
  readonly commit: string | undefined;
}

/** The plugins of config/plugins.yaml that come from a source, and whether they run from the commit in use. */
export function pluginsOfSource(config: PluginsConfig, source: string, now: WhatRuns): PluginOfSource[] {
  return usersOf(config, source).map(({ id, use, enabled }) => {
    const row = currentEntry(now.lock, id);
    const runs = row?.origin.from === 'git' ? { version: row.version, commit: row.origin.commit } : undefined;
    const record = now.records.find((one) => one.id === id);
    const error = record?.pending?.error ?? record?.error;
    const state = !enabled ? 'off' : error !== undefined ? hindered(error.code) : placeOf(runs?.commit, now.commit);
    return { id, use, state, ...runs, ...(error !== undefined && { error }) };
  });
}

export function usersOf({ plugins }: PluginsConfig, source: string) {
  return Object.entries(plugins).flatMap(([id, { use, enabled }]) =>
    use?.from === 'other' && isOf(use.text, source) ? [{ id, use: use.text, enabled }] : [],
  );
}

function hindered(code: string): PluginOfSource['state'] {
  return code === 'PLUGIN_APPROVAL_NEEDED' ? 'waiting' : 'failed';
}

function placeOf(runs: string | undefined, current: string | undefined): PluginOfSource['state'] {
  if (runs === undefined) return 'off';
  return runs === current ? 'current' : 'behind';
}
