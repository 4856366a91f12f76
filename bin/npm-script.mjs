// `npm start`, `npm test`, `npm run bench`: installs what is missing, then runs the real script under the pinned Node.
import { runScript } from './pinned-node.mjs';

const [name, ...rest] = process.argv.slice(2);
const scripts = {
  start: ['core/main.ts', 'start'],
  test: ['scripts/test.ts'],
  bench: ['bench/main.ts'],
};
const [file, ...args] = scripts[name];
await runScript(file, [...args, ...rest]);
