import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';

export const outputSchemaPresent: LintRule = {
  id: 'output-schema-present',
  severity: 'warning',
  summary: 'Every action says with `output` what it returns.',
  why: 'Editors complete the paths of the next step from it, and the host refuses a result that breaks the promise.',
  check: (project) =>
    actionBreaches(project, ({ outputSchema }) => (outputSchema === undefined ? ['has no `output`'] : [])),
};
