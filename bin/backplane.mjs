#!/usr/bin/env node
// The command line. Re-executes itself under the pinned Node when an older one starts it.
import module from 'node:module';
import { join } from 'node:path';
import { ensureInstalled, root, runPinned } from './pinned-node.mjs';

ensureInstalled();
if (Number(process.versions.node.split('.')[0]) >= 26) {
  // The same cache as main.ts uses, on early enough for main.ts itself.
  module.enableCompileCache(join(root, 'node_modules', '.cache', 'backplane'));
  await import('../core/main.ts');
} else {
  runPinned([join(root, 'core', 'main.ts'), ...process.argv.slice(2)]);
}
