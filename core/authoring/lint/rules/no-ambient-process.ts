import { isBuiltin } from 'node:module';
import { findNodes } from '../find-nodes.ts';
import { isMember } from '../global-member.ts';
import { importOf } from '../import-of.ts';
import type { LintRule } from '../lint-rule.ts';

/** Modules that only compute; they are there in every tier but `isolate`, which the build checks. */
const HARMLESS =
  /^(?:node:)?(?:assert|buffer|crypto|events|path|querystring|stream|string_decoder|timers|url|util|zlib)(?:\/|$)/;

export const noAmbientProcess: LintRule = {
  id: 'no-ambient-process',
  severity: 'error',
  summary: 'The code does not reach for the process, its files or its network by itself.',
  why: 'A confined plugin has no such rights, and an administrator cannot see in the manifest that it wants them. Ask for a port in `uses`: `http`, `kv`, `database`.',
  check: ({ manifest, ...project }) =>
    manifest.tier === 'trusted'
      ? []
      : findNodes({ manifest, ...project }, (node) => {
          const module = importOf(node);
          if (module !== undefined && isBuiltin(module) && !HARMLESS.test(module)) return `imports \`${module}\``;
          if (isMember(node, 'process') && !isMember(node, 'process', 'env')) return 'uses `process`';
          if (node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'fetch')
            return 'calls the global `fetch`: take the port `http`';
          return undefined;
        }),
};
