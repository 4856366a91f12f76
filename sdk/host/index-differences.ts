import { type ContributionIndex, NAME_LIST_KEYS } from './contribution-index.ts';

/**
 * How the manifest's index and the code differ, one line each; none when they agree. Templates that only the manifest names are its own:
 * they need no code.
 */
export function indexDifferences(manifest: ContributionIndex, code: ContributionIndex): string[] {
  const lists = [...NAME_LIST_KEYS, 'methods' as const].flatMap((key) => [
    ...manifest[key]
      .filter((name) => !code[key].includes(name))
      .map((name) => `${key}: the manifest lists \`${name}\`, the code does not contribute it`),
    ...code[key]
      .filter((name) => !manifest[key].includes(name))
      .map((name) => `${key}: the code contributes \`${name}\`, the manifest does not list it`),
  ]);
  return [
    ...lists,
    ...Object.entries(code.templates)
      .filter(([name, file]) => own(manifest.templates, name) !== file)
      .map(
        ([name, file]) => `templates: the code contributes \`${name}\` in ${file}, the manifest does not list it so`,
      ),
    ...Object.entries(manifest.aliases)
      .filter(([alias, name]) => own(code.aliases, alias) !== name)
      .map(([alias, name]) => `the manifest lists the alias \`${alias}\` of \`${name}\`, the code does not have it`),
    ...Object.entries(code.aliases)
      .filter(([alias, name]) => own(manifest.aliases, alias) !== name)
      .map(([alias, name]) => `the code has the alias \`${alias}\` of \`${name}\`, the manifest does not list it`),
  ];
}

function own(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
