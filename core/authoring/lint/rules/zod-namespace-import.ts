import type { LintRule } from '../lint-rule.ts';

const NAMED = /import\s*\{\s*z\s*\}\s*from\s*(['"]zod['"])/g;

export const zodNamespaceImport: LintRule = {
  id: 'zod-namespace-import',
  severity: 'warning',
  summary: "zod is imported as a namespace: `import * as z from 'zod'`.",
  why: 'A bundler cannot take apart `{ z }`: the bundle carries all of zod with all of its languages, some 450 KB in place of 90.',
  fixes: true,
  check: ({ sources }) =>
    sources.flatMap((source) =>
      [...source.text.matchAll(NAMED)].map(({ index }) => ({
        message: 'imports `{ z }`',
        position: source.positionOf({ start: index }),
        fix: {
          file: source.positionOf({ start: index }).file!,
          apply: (text: string) => text.replaceAll(NAMED, 'import * as z from $1'),
        },
      })),
    ),
};
