import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { askWhatIsMissing } from './ask.ts';
import { pluginFiles } from './plugin-files.ts';
import { writePlugin } from './write-plugin.ts';

/** `npm create @backplane/plugin -- [DIR] [--id …] [--kind …] [--language ts|js] [--yes]` */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      kind: { type: 'string' },
      language: { type: 'string' },
      yes: { type: 'boolean' },
    },
  });
  if (positionals.length > 1) throw new Error('at most one folder can be named');
  const { folder, outline, kind } = await askWhatIsMissing({ ...values, dir: positionals[0] });
  writePlugin(folder, pluginFiles(outline, kind));
  const place = relative(process.cwd(), folder);
  process.stdout.write(`The plugin ${outline.id} is in ${folder}.\n\n`);
  process.stdout.write(`${place === '' ? '' : `  cd ${place}\n`}  npm install\n  npm test\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
