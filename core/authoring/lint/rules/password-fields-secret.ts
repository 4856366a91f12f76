import { actionBreaches } from '../action-breaches.ts';
import type { LintRule } from '../lint-rule.ts';

const SECRET =
  /^(?:password|passphrase|secret|client_?secret|api_?key|(?:access|auth|bearer|api)_?token|private_?key)$/i;

export const passwordFieldsSecret: LintRule = {
  id: 'password-fields-secret',
  severity: 'error',
  summary: 'No argument of an action holds a credential.',
  why: 'Arguments are stored with the run and shown to whoever may see it. Declare a secret or a connection instead.',
  check: (project) =>
    actionBreaches(project, ({ inputSchema }) =>
      Object.keys((inputSchema['properties'] as object | undefined) ?? {})
        .filter((name) => SECRET.test(name))
        .map((name) => `the argument \`${name}\` holds a credential`),
    ),
};
