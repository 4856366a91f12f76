import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';

export const noAnyOutput: LintRule = {
  id: 'no-any-output',
  severity: 'warning',
  summary: 'An `output` says more than “anything”.',
  why: '`z.any()` and `z.unknown()` promise nothing. What a service returns can be described as far as steps will use it, with `z.looseObject`.',
  check: (project) =>
    actionBreaches(project, ({ outputSchema }) => {
      if (outputSchema === undefined) return [];
      const says = Object.keys(outputSchema).filter((key) => !['$schema', 'description', 'title'].includes(key));
      return says.length === 0 ? ['`output` accepts anything'] : [];
    }),
};
