import { fileURLToPath } from 'node:url';
import { shareHostModules } from '../../plugins/tiers/host-modules.ts';

// Preloaded into the processes of a plugin's own tests: `--import share-host-modules.ts?folder=<its address>`.
const folder = new URL(import.meta.url).searchParams.get('folder');
if (folder !== null) shareHostModules([fileURLToPath(folder)]);
