import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.ts';
import { checkout } from './source-tree.fixture.ts';

const files = await generatedFiles();

test.each([...files.keys()])('%s says what the source says (write it with `npm run docs`)', (path) => {
  expect(readFileSync(join(checkout, path), 'utf8')).toBe(files.get(path));
});
