import { deprecatedNames } from '../deprecated-names.ts';
import type { LintRule } from '../lint-rule.ts';

export const deprecatedApi: LintRule = {
  id: 'deprecated-api',
  severity: 'warning',
  summary: 'The code imports nothing from the SDK that is marked as deprecated.',
  why: 'It goes with the next generation of the SDK; its comment names what to use instead.',
  check: ({ sources }) => deprecatedImports(sources, deprecatedNames()),
};

/** Imports of `names` from the SDK. */
export function deprecatedImports(
  sources: Parameters<LintRule['check']>[0]['sources'],
  names: ReadonlyMap<string, string>,
) {
  return sources.flatMap((source) =>
    (source.program?.body ?? [])
      .filter((node) => node.type === 'ImportDeclaration' && String(node.source.value).startsWith('@backplane/sdk'))
      .flatMap((node) => (node.type === 'ImportDeclaration' ? node.specifiers : []))
      .flatMap((specifier) => {
        const name =
          specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier'
            ? specifier.imported.name
            : '';
        const instead = names.get(name);
        if (instead === undefined) return [];
        return [{ message: `\`${name}\` is deprecated: ${instead}`, position: source.positionOf(specifier) }];
      }),
  );
}
