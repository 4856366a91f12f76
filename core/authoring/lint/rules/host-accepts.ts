import type { LintRule } from '../lint-rule.ts';

/** Codes that a rule of their own reports, with a correction. */
const ELSEWHERE = ['PLUGIN_INDEX_DRIFT'];

export const hostAccepts: LintRule = {
  id: 'host-accepts',
  severity: 'error',
  summary: 'The host loads the plugin and takes what it contributes.',
  why: 'What the host refuses never runs. The message is the one that the host gives, with its code and place.',
  check({ loadError, manifestFile, manifestPath }) {
    if (loadError === undefined || ELSEWHERE.includes(loadError.code)) return [];
    const { code, message, position, remedy } = loadError;
    return [
      {
        message: `${code}: ${message}${/[.!?]$/.test(message) ? '' : '.'}${remedy ? ` ${remedy}` : ''}`,
        position: position ?? manifestFile.positionOf(manifestPath),
      },
    ];
  },
};
