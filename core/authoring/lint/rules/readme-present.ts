import type { LintRule } from '../lint-rule.ts';

export const readmePresent: LintRule = {
  id: 'readme-present',
  severity: 'warning',
  summary: 'There is a README.md.',
  why: 'Registries and the console show it.',
  check: (project) => (project.read('README.md') === undefined ? [{ message: 'README.md is missing' }] : []),
};
