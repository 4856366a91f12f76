// `npm run docs`: writes every generated page and schema.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CHECKOUT } from '../core/host/checkout.ts';
import { generatedFiles } from './generated-files.ts';

for (const [path, text] of await generatedFiles()) {
  const file = join(CHECKOUT, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  process.stdout.write(`${path}\n`);
}
