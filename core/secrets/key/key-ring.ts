import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { type FernetKey, newFernetKey, readFernetKey } from '../fernet.ts';

export interface RingKey {
  /** Tells keys apart without telling anything of them. */
  readonly id: string;
  readonly key: FernetKey;
}

/** The keys that a host has. */
export interface KeyRing {
  /** Newest first; none: nobody has needed one yet. */
  readonly keys: readonly RingKey[];
  readonly origin: 'configured' | 'generated' | 'none';
  /** Makes one in the data folder where there is none. */
  newest(): RingKey;
  /** Said once, when something comes to depend on a key that nobody has configured. */
  warnIfGenerated(): void;
}

export interface KeyRingOptions {
  /** As configured, newest first. */
  readonly configured: readonly string[];
  /** Where a key is kept that nobody configured; one that is there counts as the oldest. */
  readonly file: string;
  readonly production: boolean;
  readonly log: Log;
}

/** Throws SECRETS_KEY_INVALID, and SECRETS_KEY_REQUIRED where a generated key will not do. */
export function openKeyRing({ configured, file, production, log }: KeyRingOptions): KeyRing {
  const given = configured.map((text, index) => ringKey(text, `Entry ${index + 1} of \`secrets.keys\``));
  if (given.length === 0 && production) throw raise.SECRETS_KEY_REQUIRED(undefined);
  const kept = keyInFile(file);
  let warned = false;
  const all = kept === undefined || given.some(({ id }) => id === kept.id) ? [...given] : [...given, kept];
  return {
    get keys() {
      return all;
    },
    get origin() {
      if (given.length > 0) return 'configured';
      return all.length > 0 ? 'generated' : 'none';
    },
    newest() {
      if (all.length === 0) {
        all.push(generate(file));
        log.debug('a key for secrets was made in the data folder', { file });
      }
      return all[0]!;
    },
    warnIfGenerated() {
      if (given.length > 0 || warned) return;
      warned = true;
      log.warn(
        'secrets are kept with a key that was made in the data folder; set BACKPLANE_SECRETS_KEYS, and back the key up',
        {
          file,
        },
      );
    },
  };
}

function ringKey(text: string, where: string): RingKey {
  const key = readFernetKey(text);
  if (key === undefined) throw raise.SECRETS_KEY_INVALID({ where });
  return { key, id: createHash('sha256').update('backplane secrets key').update(key).digest('hex').slice(0, 12) };
}

function keyInFile(file: string): RingKey | undefined {
  return existsSync(file) ? ringKey(readFileSync(file, 'utf8').trim(), file) : undefined;
}

function generate(file: string): RingKey {
  const text = newFernetKey();
  try {
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another process on the same folder was quicker: its key counts.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? keyInFile(file) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  }
  return ringKey(text, file);
}
