import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';

export const examplePerAction: LintRule = {
  id: 'example-per-action',
  severity: 'warning',
  summary: 'Every action has an example.',
  why: 'People copy it, the docs show it, and `plugin test` runs it.',
  check: (project) => actionBreaches(project, ({ examples }) => (examples.length === 0 ? ['has no example'] : [])),
};
