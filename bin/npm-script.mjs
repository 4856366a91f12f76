// `npm start`, `npm test`, `npm run bench`: installs what is missing, then runs the real script under the pinned Node.
import { join } from 'node:path';
import { ensureInstalled, root, runPinned } from './pinned-node.mjs';

const [name, ...rest] = process.argv.slice(2);
const scripts = {
  start: ['core/main.ts', 'start'],
  test: ['scripts/test.ts'],
  bench: ['bench/main.ts'],
};

ensureInstalled();
const [file, ...args] = scripts[name];
const path = join(root, file);
if (Number(process.versions.node.split('.')[0]) >= 26) {
  process.argv.splice(1, process.argv.length, path, ...args, ...rest);
  await import(path);
} else {
  runPinned([path, ...args, ...rest]);
}
