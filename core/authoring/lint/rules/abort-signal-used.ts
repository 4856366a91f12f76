import { findNodes } from '../find-nodes.ts';
import type { LintRule } from '../lint-rule.ts';

export const abortSignalUsed: LintRule = {
  id: 'abort-signal-used',
  severity: 'warning',
  summary: 'Code that waits by itself ends when `signal` aborts.',
  why: 'A run that was cancelled would go on waiting. Ports end by themselves; timers do not: `await setTimeout(ms, undefined, { signal })` of `node:timers/promises`.',
  check: (project) => {
    const withoutSignal = project.sources.filter(({ text }) => !/\bsignal\b/.test(text));
    return findNodes({ ...project, sources: withoutSignal }, (node) =>
      node.type === 'CallExpression' &&
      node.callee.type === 'Identifier' &&
      ['setTimeout', 'setInterval', 'sleep'].includes(node.callee.name)
        ? `waits with \`${node.callee.name}\` and never looks at \`signal\``
        : undefined,
    );
  },
};
