import { findNodes } from '../find-nodes.ts';
import { isMember } from '../global-member.ts';
import type { LintRule } from '../lint-rule.ts';

export const noAmbientEnv: LintRule = {
  id: 'no-ambient-env',
  severity: 'error',
  summary: 'The code does not read `process.env`.',
  why: 'It is empty for confined plugins, and holds the secrets of the host for others. Settings come from `config`, credentials from `secrets` or a connection.',
  check: (project) =>
    findNodes(project, (node) => (isMember(node, 'process', 'env') ? 'reads `process.env`' : undefined)),
};
