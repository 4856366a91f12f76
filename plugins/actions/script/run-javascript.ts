import { defineAction } from '@backplane/sdk';
import { z } from 'zod';
import { scriptArguments } from './arguments.ts';
import { runScript } from './run-script.ts';

export const runJavascript = defineAction({
  name: 'core.script.run_javascript',
  title: 'Run JavaScript',
  summary: 'Runs a script in the sandbox and gives what its function returns.',
  group: 'Script',
  input: scriptArguments.extend({
    language: z
      .enum(['javascript', 'typescript'])
      .default('javascript')
      .describe('`typescript`: types are removed first.'),
  }),
  uses: ['scripts'],
  effect: 'pure',
  idempotent: 'always',
  examples: [
    {
      name: 'count severities',
      input: {
        script:
          'function main(alerts, severity) {\n  return alerts.filter((alert) => alert.severity === severity).length;\n}',
        inputs: { alerts: [{ severity: 'high' }, { severity: 'low' }], severity: 'high' },
      },
      output: 1,
    },
  ],
  run: (call) => runScript(call, call.input.language),
});
