import type { AdoptedAction } from './actions/action-shape.ts';
import type { Manifest } from './manifest/manifest-schema.ts';

/** How the manifest's index and the real contributions differ, one line each; none when they agree. */
export function indexDifferences(index: Manifest['contributes'], actions: readonly AdoptedAction[]): string[] {
  const names = actions.map(({ name }) => name);
  const aliases = new Map(actions.flatMap(({ name, aliases: own }) => own.map((alias) => [alias, name] as const)));
  return [
    ...index.actions
      .filter((name) => !names.includes(name))
      .map((name) => `the manifest lists \`${name}\`, the code does not contribute it`),
    ...names
      .filter((name) => !index.actions.includes(name))
      .map((name) => `the code contributes \`${name}\`, the manifest does not list it`),
    ...Object.entries(index.aliases)
      .filter(([alias, name]) => aliases.get(alias) !== name)
      .map(([alias, name]) => `the manifest lists the alias \`${alias}\` of \`${name}\`, the code does not have it`),
    ...[...aliases]
      .filter(([alias, name]) => !Object.hasOwn(index.aliases, alias) || index.aliases[alias] !== name)
      .map(([alias, name]) => `the code has the alias \`${alias}\` of \`${name}\`, the manifest does not list it`),
  ];
}
