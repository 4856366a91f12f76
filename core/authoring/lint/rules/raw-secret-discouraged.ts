import type { LintRule } from '../lint-rule.ts';

export const rawSecretDiscouraged: LintRule = {
  id: 'raw-secret-discouraged',
  severity: 'warning',
  summary: 'The plugin does without raw secrets.',
  why: 'With a connection the host attaches the credential after it has checked the target, and the plugin never sees it. Raw secrets are for protocols that need them.',
  check: ({ rawManifest, manifestFile, manifestPath }) =>
    rawManifest['capabilities']?.secrets === undefined
      ? []
      : [
          {
            message: 'asks for raw secrets',
            position: manifestFile.positionOf([...manifestPath, 'capabilities', 'secrets']),
          },
        ],
};
