import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { afterEach, expect, test } from 'vitest';
import { configuredSecrets } from './configured-secrets.ts';
import { loadConfig } from './load-config.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backplane-config-'));
  folders.push(folder);
  return folder;
}

function folderWith(yaml: string): string {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'backplane.yaml'), yaml);
  return folder;
}

function refusal(work: () => unknown): BackplaneError {
  try {
    work();
  } catch (error) {
    if (BackplaneError.is(error)) return error;
  }
  throw new Error('nothing was refused');
}

test('an empty file gives the defaults', () => {
  const { config } = loadConfig(folderWith(''), {});
  expect(config.server).toMatchObject({ host: '127.0.0.1', port: 8080 });
});

test('the environment is stronger than the file, and the command line than both', () => {
  const folder = folderWith('server:\n  port: 1\n  maxBodyBytes: 2048\n');
  const { config, origins } = loadConfig(
    folder,
    { BACKPLANE_SERVER_PORT: '2', BACKPLANE_SERVER_MAX_BODY_BYTES: '4096' },
    { 'server.port': 3 },
  );
  expect(config.server).toMatchObject({ port: 3, maxBodyBytes: 4096 });
  expect(origins.get('server.port')).toBe('command line');
  expect(origins.get('server.maxBodyBytes')).toBe('BACKPLANE_SERVER_MAX_BODY_BYTES');
});

test('an origin names file, line and column', () => {
  const { origins } = loadConfig(folderWith('log:\n  level: warn\n'), {});
  expect(origins.get('log.level')).toMatch(/backplane\.yaml:2:\d+$/);
});

test('DATABASE_URL sets the database', () => {
  expect(loadConfig(folderWith(''), { DATABASE_URL: 'postgres://db/x' }).config.database.url).toBe('postgres://db/x');
});

test('${env:NAME} takes the value of the environment', () => {
  const folder = folderWith('secrets:\n  virustotal:\n    API_KEY: ${env:VT_KEY}\n');
  expect(configuredSecrets(loadConfig(folder, { VT_KEY: 'k' }).config)).toEqual({ virustotal: { API_KEY: 'k' } });
});

test('a flag comes from the environment', () => {
  expect(loadConfig(folderWith(''), { BACKPLANE_FLAG_NEW_THING: 'true' }).config.flags).toEqual({ new_thing: true });
});

test('every problem is reported at once, with its position and the nearest key', () => {
  const folder = folderWith(
    'server:\n  prot: 1\n  port: many\nlog:\n  level: loud\nsecrets:\n  a: { K: "${env:NOT_SET}" }\n',
  );
  const error = refusal(() => loadConfig(folder, {}));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(
    /:2:\d+: unknown key `server\.prot`, did you mean `server\.port`\?|unknown key `server\.prot`/,
  );
  expect(error.message).toMatch(/:3:\d+: server\.port/);
  expect(error.message).toMatch(/:5:\d+: log\.level/);
  expect(error.message).toMatch(/NOT_SET is not set/);
});

test('a wrong setting is reported where it was given: variable, command line or file', () => {
  const folder = folderWith('server:\n  port: 1\nlog:\n  level: loud\n');
  const error = refusal(() =>
    loadConfig(folder, { BACKPLANE_SERVER_PORT: 'many', BACKPLANE_SERVER_HOST: '5' }, { 'server.maxBodyBytes': 1 }),
  );
  expect(error.message).toMatch(/^The configuration is not valid:/);
  expect(error.message).toContain('BACKPLANE_SERVER_PORT: server.port: expected a number, not text');
  expect(error.message).toContain('BACKPLANE_SERVER_HOST: server.host: expected text, not a number');
  expect(error.message).toContain('command line: server.maxBodyBytes: expected a number to be at least 1024');
  expect(error.message).toMatch(/backplane\.yaml:4:\d+: log\.level: expected one of "debug", /);
});

test('a file with broken YAML is refused with its position', () => {
  const error = refusal(() => loadConfig(folderWith('server: [1\n'), {}));
  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toMatch(/backplane\.yaml:\d+:\d+/);
});

test('a folder that does not exist is named', () => {
  expect(refusal(() => loadConfig('/does/not/exist', {})).code).toBe('CONFIG_MISSING');
});

test('a file that cannot be read is named', () => {
  const folder = emptyFolder();
  // A folder in the file's place cannot be read by anybody, not even by root.
  mkdirSync(join(folder, 'backplane.yaml'));
  expect(refusal(() => loadConfig(folder, {})).code).toBe('CONFIG_UNREADABLE');
});

test('keys for secrets come as a list, or with commas between them', () => {
  const keys = (environment: Record<string, string>) =>
    loadConfig(folderWith('secrets: { keys: [a, b], db: { KEY: v } }'), environment).config.secrets.keys;
  expect(keys({})).toEqual(['a', 'b']);
  expect(keys({ BACKPLANE_SECRETS_KEYS: 'new=, old=' })).toEqual(['new=', ' old=']);
  expect(configuredSecrets(loadConfig(folderWith('secrets: { keys: [a], db: { KEY: v } }'), {}).config)).toEqual({
    db: { KEY: 'v' },
  });
});
