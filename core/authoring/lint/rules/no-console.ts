import { findNodes } from '../find-nodes.ts';
import { isMember } from '../global-member.ts';
import type { LintRule } from '../lint-rule.ts';

export const noConsole: LintRule = {
  id: 'no-console',
  severity: 'warning',
  summary: 'The code logs with `log`, not with `console`.',
  why: 'Lines of `log` carry the run and the step, have a bound, and have their secrets masked.',
  check: (project) => findNodes(project, (node) => (isMember(node, 'console') ? 'uses `console`' : undefined)),
};
