import { type KindScaffold, snake } from './kind-scaffold.ts';

const functionName = (id: string) => `${snake(id)}_slug`;

/** A function for expressions: it computes and nothing else. */
export const expressionFunction: KindScaffold = {
  summary: 'a function for `${{ }}` expressions',
  tier: 'trusted',
  module: 'slug',
  exportName: 'slug',
  contributes: ({ id }) => ({ expressionFunctions: [functionName(id)] }),
  sources: ({ id, extension }) => ({
    slug: `import { defineExpressionFunction } from '@backplane/sdk';

export const slug = defineExpressionFunction({
  name: '${functionName(id)}',
  summary: 'A text as it can stand in an address.',
  parameters: ['text'],
  examples: [{ args: ['Hello, World!'], gives: 'hello-world' }],
  call: (text) =>
    String(text)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
});
`,
    'slug.test': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slug } from './slug.${extension}';

test('every example gives what it promises', () => {
  for (const { args, gives } of slug.examples) assert.equal(slug.call(...args), gives);
});
`,
  }),
  usage: ({ id }) => `\`\`\`yaml
slug: \${{ FN.${functionName(id)}(TRIGGER.title) }}
\`\`\``,
};
