import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';
import { mentions } from '../mentions.ts';

export const idempotencyDeclared: LintRule = {
  id: 'idempotency-declared',
  severity: 'error',
  summary:
    'What an action says about being repeated is true: `with-key` uses the key, a `destructive` action is not lightly `always`.',
  why: 'The host repeats attempts by this word. `with-key` means that the service is handed `run.idempotencyKey`.',
  check: (project) =>
    actionBreaches(project, ({ idempotent }, source) =>
      idempotent === 'with-key' && source !== undefined && !mentions(project, 'idempotencyKey')
        ? ['says `with-key`, but nothing in the code uses `run.idempotencyKey`']
        : [],
    ),
};
