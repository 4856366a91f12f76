import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the dependencies it belongs to; a folder that cannot be written only costs the speed-up.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/backplane', import.meta.url)));
const { main } = await import('./cli/program.ts');
await main(process.argv.slice(2));
