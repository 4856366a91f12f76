import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';

export const exampleValid: LintRule = {
  id: 'example-valid',
  severity: 'error',
  summary: 'Examples fit the schemas of their action.',
  why: 'An example that the action itself refuses teaches people what does not work.',
  check: (project) =>
    actionBreaches(project, ({ examples }) =>
      examples.flatMap(({ name, inputProblems, outputProblems }) => [
        ...inputProblems.map((problem) => `the input of the example “${name}” does not fit: ${problem}`),
        ...outputProblems.map((problem) => `the output of the example “${name}” does not fit: ${problem}`),
      ]),
    ),
};
