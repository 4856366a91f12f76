import { BackplaneError, type Plugin } from '@backplane/sdk';
import { contractChecks } from '@backplane/sdk/testing';
import { entryPath } from '../../plugins/manifest/entry-path.ts';
import { readManifest } from '../../plugins/manifest/read-manifest.ts';
import { shareHostModules } from '../../plugins/tiers/host-modules.ts';
import { trusted } from '../../plugins/tiers/trusted.ts';
import type { CheckResult } from './contract-check.ts';

/** Runs the SDK's suites for a plugin in a process of its own: `node suite-child.ts FOLDER`. Prints one line of JSON a check. */
const [folder = ''] = process.argv.slice(2);
const manifest = readManifest(folder);
shareHostModules([folder]);
const plugin = (await trusted.load(entryPath(manifest.id, folder, manifest.entry))) as Plugin;
// The SDK takes a manifest as plain data.
const asWritten = { ...manifest, capabilities: { ...manifest.capabilities } };
// Actions have a suite that tries them as a host does; see `action-contract.ts`.
const actions = manifest.contributes.actions.map((name) => `${name}:`);
for (const { name, run } of contractChecks({ plugin, manifest: asWritten, folder })) {
  if (actions.some((prefix) => name.startsWith(prefix))) continue;
  let result: CheckResult = { name, state: 'passed' };
  try {
    await run();
  } catch (thrown) {
    const problem = thrown instanceof Error ? thrown.message : String(thrown);
    const isLacking = BackplaneError.is(thrown) && thrown.code === 'PLUGIN_PORT_UNAVAILABLE';
    result = isLacking ? { name, state: 'skipped', problem } : { name, state: 'failed', problem };
  }
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
process.exit();
