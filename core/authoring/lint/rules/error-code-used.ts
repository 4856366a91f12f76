import { findNodes } from '../find-nodes.ts';
import type { LintRule } from '../lint-rule.ts';

export const errorCodeUsed: LintRule = {
  id: 'error-code-used',
  severity: 'warning',
  summary: 'Errors come from the plugin’s own catalogue (`defineErrors`).',
  why: 'A plain `Error` has no code, no remedy and no word on whether to try again; it arrives as PLUGIN_ACTION_THREW.',
  check: (project) =>
    findNodes(project, (node) => {
      if (node.type !== 'ThrowStatement') return undefined;
      const { argument } = node;
      if (argument.type !== 'NewExpression' && argument.type !== 'CallExpression')
        return argument.type === 'Literal' || argument.type === 'TemplateLiteral' ? 'throws a text' : undefined;
      const { callee } = argument;
      return callee.type === 'Identifier' && /^(?:Type|Range|Syntax)?Error$/.test(callee.name)
        ? `throws a plain \`${callee.name}\``
        : undefined;
    }),
};
