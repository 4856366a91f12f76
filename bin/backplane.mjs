#!/usr/bin/env node
// The command line. Runs itself again under the pinned Node when an older one starts it.
import { runScript } from './pinned-node.mjs';

await runScript('core/main.ts', process.argv.slice(2));
