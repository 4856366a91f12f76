import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { isRecord } from '../language/values/is-record.ts';

/** The sessions of `backplane login`, by the address of the host, readable by this user alone. */
interface StoredSignIn {
  readonly token: string;
  readonly expiresAt: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

function fileOf(environment: Environment): string {
  const folder =
    environment['BACKPLANE_HOME'] ?? join(environment['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'backplane');
  return join(folder, 'sessions.json');
}

function readAll(environment: Environment): Record<string, StoredSignIn> {
  try {
    const found: unknown = JSON.parse(readFileSync(fileOf(environment), 'utf8'));
    return isRecord(found) ? (found as Record<string, StoredSignIn>) : {};
  } catch {
    return {};
  }
}

/** The token for a host; undefined when nobody signed in there, or too long ago. */
export function storedToken(url: string, environment: Environment): string | undefined {
  const found = readAll(environment)[url];
  return found !== undefined && Date.parse(found.expiresAt) > Date.now() ? found.token : undefined;
}

/** Undefined forgets it. */
export function storeToken(url: string, signIn: StoredSignIn | undefined, environment: Environment): void {
  const file = fileOf(environment);
  const { [url]: _before, ...others } = readAll(environment);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(signIn === undefined ? others : { ...others, [url]: signIn }, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
  });
  renameSync(fresh, file);
}
