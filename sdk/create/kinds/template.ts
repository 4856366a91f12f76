import { type KindScaffold, snake } from './kind-scaffold.ts';

const templateName = (id: string) => `tools.${snake(id)}.shout`;

/** An action made of other actions: YAML, no code of its own. */
export const template: KindScaffold = {
  summary: 'an action made of other actions, in YAML',
  module: 'shout',
  exportName: 'shout',
  contributes: ({ id }) => ({ templates: { [templateName(id)]: './templates/shout.yaml' } }),
  files: ({ id }) => ({
    'templates/shout.yaml': `type: action
definition:
  title: Shout
  description: A text in capital letters.
  display_group: ${id}
  namespace: tools.${snake(id)}
  name: shout
  expects:
    text:
      type: str
      description: What is shouted.
  steps:
    - ref: loud
      action: core.transform.reshape
      args:
        value: \${{ FN.uppercase(inputs.text) }}
  returns: \${{ steps.loud.result }}
`,
  }),
  sources: ({ id, extension }) => ({
    shout: `import { defineTemplate } from '@backplane/sdk';

export const shout = defineTemplate({ name: '${templateName(id)}', file: './templates/shout.yaml' });
`,
    'shout.test': `import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { shout } from './shout.${extension}';

test('the file has the name that the plugin says', async () => {
  const text = await readFile(new URL(\`../\${shout.file}\`, import.meta.url), 'utf8');
  const [, namespace, name] = /namespace: (\\S+)\\s+name: (\\S+)/.exec(text) ?? [];
  assert.equal(\`\${namespace}.\${name}\`, shout.name);
});
`,
  }),
  usage: ({ id }) => `\`\`\`yaml
- ref: loud
  action: ${templateName(id)}
  args: { text: hello }
\`\`\`

\`backplane template check templates\` checks the YAML.`,
};
