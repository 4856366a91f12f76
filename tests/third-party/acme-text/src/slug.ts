import { defineExpressionFunction } from '@backplane/sdk';

export const slug = defineExpressionFunction({
  name: 'acme_text_slug',
  summary: 'A text as it can stand in an address.',
  parameters: ['text'],
  examples: [{ args: ['Hello, World!'], gives: 'hello-world' }],
  call: (text) =>
    String(text)
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, ''),
});
