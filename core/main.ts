import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Compiled code is kept beside the dependencies it belongs to; a folder that cannot be written only costs the speed-up.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/backplane', import.meta.url)));
const { main } = await import('./cli/program.ts');
await main(process.argv.slice(2));

// All of ours is closed by now. What a plugin has left behind, a timer or a socket, must not keep the process.
const written = (stream: NodeJS.WriteStream) => new Promise((resolve) => stream.write('', resolve));
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit();
