import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silent } from '../../../network/local-server.fixture.ts';
import { openPluginStore } from '../../store/open-plugin-store.ts';
import { type NpmRules, npmRulesSchema } from './npm-rules.ts';
import { npmSource } from './npm-source.ts';
import { createRegistries, type RegistrySetting } from './registries.ts';

export interface NpmUnderTest {
  readonly registries: readonly RegistrySetting[];
  readonly rules?: Partial<NpmRules>;
  readonly environment?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly denyEgress?: readonly string[];
}

/** An npm source with a store of its own; new versions are taken at once unless `rules` say otherwise. */
export async function openNpm(given: NpmUnderTest) {
  const base = mkdtempSync(join(tmpdir(), 'npm-source-'));
  const store = await openPluginStore(join(base, 'store'));
  const rules = { ...npmRulesSchema.parse({ minimumAgeDays: 0 }), allow: [], deny: [], ...given.rules };
  const registries = createRegistries({
    settings: given.registries,
    base,
    secret: async (name) => given.secrets?.[name],
  });
  const source = npmSource({
    store,
    registries,
    rules,
    egress: { allow: [], deny: given.denyEgress ?? [], allowPrivateNetworks: true },
    log: silent,
    environment: given.environment ?? {},
    ...(given.timeoutMs === undefined ? {} : { timeoutMs: given.timeoutMs }),
  });
  return {
    source,
    store,
    base,
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]();
      rmSync(base, { recursive: true, force: true });
    },
  };
}
