import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newFernetKey } from '../fernet.ts';
import { openKeyRing } from './key-ring.ts';

function ring(configured: readonly string[], { production = false, kept = '' } = {}) {
  const file = join(mkdtempSync(join(tmpdir(), 'bp-keys-')), 'secrets.key');
  if (kept !== '') writeFileSync(file, kept);
  const warnings: string[] = [];
  const say = (message: string) => void warnings.push(message);
  const silent = () => {};
  const log = { debug: silent, info: silent, warn: say, error: say };
  return { ring: openKeyRing({ configured, file, production, log }), warnings };
}

test('a production host needs a configured key', () => {
  expect(() => ring([], { production: true, kept: newFernetKey() })).toThrow(
    expect.objectContaining({ code: 'SECRETS_KEY_REQUIRED' }),
  );
  expect(ring([newFernetKey()], { production: true }).ring.origin).toBe('configured');
});

test('what is no key is refused without being shown', () => {
  const wrong = 'my-secret-passphrase';
  try {
    ring([newFernetKey(), wrong]);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'SECRETS_KEY_INVALID' });
    expect((error as Error).message).toContain('Entry 2');
    expect((error as Error).message).not.toContain(wrong);
  }
});

test('a key that was made before still opens what it closed, once another one is configured', () => {
  const [made, configured] = [newFernetKey(), newFernetKey()];
  const { ring: both } = ring([configured], { kept: made });
  expect(both.keys.map(({ id }) => id)).toEqual([ring([configured]).ring.keys[0]!.id, ring([made]).ring.keys[0]!.id]);
  expect(both.newest().id).toBe(both.keys[0]!.id);
});

test('a key that is made is warned of once, when something depends on it', () => {
  const { ring: none, warnings } = ring([]);
  expect(none.keys).toEqual([]);
  expect(none.newest()).toBe(none.newest());
  expect(warnings).toEqual([]);
  none.warnIfGenerated();
  none.warnIfGenerated();
  expect(warnings).toEqual([expect.stringContaining('BACKPLANE_SECRETS_KEYS')]);
});

test('a key that was configured is not warned of', () => {
  const { ring: given, warnings } = ring([newFernetKey()]);
  given.warnIfGenerated();
  expect(warnings).toEqual([]);
});
