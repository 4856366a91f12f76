import type { Contribution } from '../contributions/contribution.ts';
import type { Plugin } from '../plugin/plugin.ts';
import { type ContributionIndex, emptyIndex, INDEX_KEYS, type NameListKey } from './contribution-index.ts';
import { contributionKind } from './contribution-problems.ts';

/** The name under which a contribution is known: of a route its method and path. */
export function contributionName(contribution: Contribution): string {
  return 'path' in contribution && 'method' in contribution
    ? `${contribution.method} ${contribution.path}`
    : (contribution as { readonly name: string }).name;
}

/** The `contributes` of the manifest, from the code. Names in the order of the code; what is no contribution is left out. */
export function indexOf(plugin: Pick<Plugin, 'contributes' | 'provides'>): ContributionIndex {
  const index = emptyIndex();
  const lists = index as unknown as Record<NameListKey, string[]>;
  const templates = index.templates as Record<string, string>;
  const aliases = index.aliases as Record<string, string>;
  for (const contribution of plugin.contributes) {
    const kind = contributionKind(contribution);
    if (kind === undefined) continue;
    const name = contributionName(contribution);
    if (kind === 'template') {
      templates[name] = (contribution as { readonly file: string }).file;
      continue;
    }
    lists[INDEX_KEYS[kind] as NameListKey].push(name);
    if (kind !== 'action' && kind !== 'trigger') continue;
    for (const alias of (contribution as { readonly aliases?: readonly string[] }).aliases ?? []) aliases[alias] = name;
  }
  (index.methods as string[]).push(...Object.keys(plugin.provides ?? {}));
  return index;
}

/** The index as it is written: without what is empty. */
export function writtenIndex(index: ContributionIndex): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(index).filter(([, value]) => Object.keys(value).length > 0));
}
