import { defineAction } from '@backplane/sdk';
import { scriptArguments } from './arguments.ts';
import { runScript } from './run-script.ts';

export const runTypescript = defineAction({
  name: 'core.script.run_typescript',
  title: 'Run TypeScript',
  summary: 'Runs a script in the sandbox, its types removed, and gives what its function returns.',
  group: 'Script',
  input: scriptArguments,
  uses: ['scripts'],
  effect: 'pure',
  idempotent: 'always',
  examples: [
    {
      name: 'typed inputs',
      input: {
        script:
          'interface Alert { id: string; score: number }\nexport default (alerts: Alert[]) => alerts.map(({ id }) => id);',
        inputs: { alerts: [{ id: 'a-1', score: 3 }] },
      },
      output: ['a-1'],
    },
  ],
  run: (call) => runScript(call, 'typescript'),
});
