import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPluginStore } from '../store/open-plugin-store.ts';
import { packed } from './archive.fixture.ts';
import { archiveSource } from './archive-source.ts';
import { pluginSourceContract } from './plugin-source.contract.ts';

pluginSourceContract(async () => {
  const base = mkdtempSync(join(tmpdir(), 'archive-source-'));
  const store = await openPluginStore(join(base, 'store'));
  let count = 0;
  return {
    source: archiveSource({ store, base }),
    store,
    absent: './nothing.hkp',
    async publish(files) {
      const name = `./tickets-${++count}.hkp`;
      writeFileSync(join(base, name), packed(files));
      return name;
    },
    async [Symbol.asyncDispose]() {
      rmSync(base, { recursive: true, force: true });
    },
  };
});
