import { findNodes } from '../find-nodes.ts';
import type { LintRule } from '../lint-rule.ts';

export const noDynamicRequire: LintRule = {
  id: 'no-dynamic-require',
  severity: 'error',
  summary: 'What the code loads stands in it as a literal; no `require`, `eval` or `new Function`.',
  why: 'A module whose name is made at run time can be neither bundled nor reviewed, and code made from text is not what was published.',
  check: (project) =>
    findNodes(project, (node) => {
      if (node.type === 'ImportExpression' && node.source.type !== 'Literal')
        return 'imports a module whose name is computed';
      if (node.type !== 'CallExpression' && node.type !== 'NewExpression') return undefined;
      const name = node.callee.type === 'Identifier' ? node.callee.name : undefined;
      if (name === 'require' || name === 'createRequire') return 'uses `require`: write `import`';
      if (name === 'eval' || name === 'Function') return `makes code from text with \`${name}\``;
      return undefined;
    }),
};
