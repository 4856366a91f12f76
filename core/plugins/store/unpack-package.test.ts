import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, tarOf, tgzOf } from '../sources/archive.fixture.ts';
import { PACKAGE_LIMITS, type PackageLimits } from './package-limits.ts';
import { unpackPackage } from './unpack-package.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const small: PackageLimits = {
  ...PACKAGE_LIMITS,
  fileBytes: 2_000_000,
  totalBytes: 20_000_000,
  files: 20,
  depth: 6,
  pathBytes: 90,
};

const attack = (archive: Buffer, limits = small) =>
  unpackPackage(archive, join(folder, 'in'), { what: 'evil.tgz', limits }).then(
    () => 'unpacked',
    ({ code }: { code: string }) => code,
  );

const file = (path: string, more: Partial<TarEntry> = {}): TarEntry => ({ path, content: 'x', ...more });
const many = (count: number, path: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => file(path(index)));

const REFUSED: readonly [string, readonly TarEntry[]][] = [
  ['a path that climbs out', [file('package/../../evil')]],
  ['a path that climbs and comes back', [file('package/a/../b')]],
  ['a top folder of two dots', [file('../evil')]],
  ['an absolute path', [file('/etc/cron.d/evil')]],
  ['an absolute path below the top folder', [file('package//etc/evil')]],
  ['a drive letter', [file('package/C:/evil')]],
  ['backslashes', [file('package\\..\\..\\evil')]],
  ['a backslash in a name', [file('package/a\\b')]],
  ['a dot folder', [file('package/./a')]],
  ['a file at the top', [file('evil')]],
  ['two top folders', [file('package/a'), file('other/b')]],
  ['a symbolic link out', [file('package/passwd', { type: 'SymbolicLink', link: '/etc/passwd' })]],
  ['a symbolic link inside', [file('package/a'), file('package/b', { type: 'SymbolicLink', link: 'a' })]],
  ['a file through a link', [file('package/d', { type: 'SymbolicLink', link: '/tmp' }), file('package/d/evil')]],
  ['a hard link', [file('package/shadow', { type: 'Link', link: '/etc/shadow' })]],
  ['a hard link inside', [file('package/a'), file('package/b', { type: 'Link', link: 'package/a' })]],
  ['a character device', [file('package/null', { type: 'CharacterDevice' })]],
  ['a block device', [file('package/sda', { type: 'BlockDevice' })]],
  ['a pipe', [file('package/pipe', { type: 'FIFO' })]],
  ['a file twice', [file('package/a'), file('package/a')]],
  ['a file that is a folder, too', [file('package/a'), file('package/a/b')]],
  ['a folder that is a file, too', [file('package/a/b'), file('package/a')]],
  ['names that differ in case', [file('package/index.js'), file('package/INDEX.js')]],
  ['folders that differ in case', [file('package/lib/a'), file('package/Lib/b')]],
  ['names that differ in composition', [file('package/\u00e9'), file('package/e\u0301')]],
  ['a line break in a name', [file('package/a\nb')]],
  ['an escape sequence in a name', [file('package/\u001b[2Ja')]],
  ['a folder of Git', [file('package/.git/hooks/post-checkout')]],
  ['a folder of Git in capitals', [file('package/.GIT/config')]],
];

test.each(REFUSED)('%s is refused', async (_name, entries) => {
  expect(await attack(tgzOf(entries))).toBe('PLUGIN_FILE_REFUSED');
  expect(readdirSync(folder).filter((name) => name !== 'in')).toEqual([]);
});

test.each<[string, readonly TarEntry[]]>([
  ['a file that is too large', [file('package/a', { content: Buffer.alloc(2_000_001) })]],
  [
    'too much altogether',
    many(11, (i) => `package/${i}`).map((entry) => ({ ...entry, content: Buffer.alloc(1_900_000, 'ab') })),
  ],
  ['too many files', many(21, (i) => `package/${i}`)],
  ['folders that are too deep', [file(`package/${'d/'.repeat(8)}a`)]],
  ['a path that is too long', [file(`package/${'long-name/'.repeat(4)}${'n'.repeat(60)}`)]],
])('%s is refused by its limit', async (_name, entries) => {
  expect(await attack(tgzOf(entries))).toBe('PLUGIN_TOO_LARGE');
});

test('a compression bomb ends long before it is unpacked', async () => {
  const bomb = gzipSync(Buffer.concat([tarOf([file('package/a')]).subarray(0, 1024), Buffer.alloc(200_000_000)]));
  expect(bomb.length).toBeLessThan(1_000_000);
  const started = performance.now();
  expect(await attack(bomb, PACKAGE_LIMITS)).toBe('PLUGIN_TOO_LARGE');
  expect(performance.now() - started).toBeLessThan(2_000);
});

test.each([900_000, 1_900_000])('an archive that breaks off within a file of %i bytes is no package', async (bytes) => {
  const whole = tgzOf([file('package/a'), file('package/b', { content: randomBytes(bytes) })]);
  expect(await attack(whole.subarray(0, whole.length / 2))).toBe('PLUGIN_ARCHIVE_INVALID');
});

test('unpacking that takes too long is ended', async () => {
  const archive = tgzOf(
    many(15, (i) => `package/${i}`).map((entry) => ({ ...entry, content: Buffer.alloc(1_000_000, 'ab') })),
  );
  expect(await attack(archive, { ...small, unpackMs: 1 })).toBe('PLUGIN_TOO_LARGE');
});

test.each<[string, () => Buffer]>([
  ['plain text', () => Buffer.from('<html>sign in</html>')],
  ['nothing', () => Buffer.alloc(0)],
  ['gzip of nothing', () => gzipSync('')],
  ['gzip of text', () => gzipSync('hello '.repeat(500))],
  ['a tar archive that is not compressed', () => tarOf([file('package/a')])],
  ['gzip in gzip', () => gzipSync(tgzOf([file('package/a')]))],
  ['zstd in gzip', () => gzipSync(zstdCompressSync(tarOf([file('package/a')])))],
  [
    'an archive cut short',
    () => tgzOf([file('package/a', { content: Buffer.alloc(9_000, 'random text') })]).subarray(0, 90),
  ],
  ['a file cut short', () => gzipSync(tarOf([file('package/a', { content: 'x'.repeat(2000) })]).subarray(0, 1500))],
  ['a size that lies', () => tgzOf([file('package/a', { size: 1_000_000 })])],
  [
    'a broken checksum',
    () => {
      const tar = tarOf([file('package/a')]);
      tar[0] = 0x71;
      return gzipSync(tar);
    },
  ],
])('%s is not a package', async (_name, make) => {
  expect(await attack(make())).toBe('PLUGIN_ARCHIVE_INVALID');
});

test('files arrive without their top folder, rights beyond "executable" dropped', async () => {
  const archive = tgzOf([
    { path: 'package/', type: 'Directory', mode: 0o777 },
    file('package/lib/', { type: 'Directory', content: '', mode: 0o777 }),
    file('package/lib/ä.txt', { content: 'text', mode: 0o666 }),
    file('package/run', { mode: 0o6777 }),
  ]);
  expect(await attack(archive)).toBe('unpacked');
  expect(readFileSync(join(folder, 'in/lib/ä.txt'), 'utf8')).toBe('text');
  expect(statSync(join(folder, 'in/run')).mode & 0o7777 & ~0o777).toBe(0);
  expect(statSync(join(folder, 'in/run')).mode & 0o100).toBe(0o100);
  expect(statSync(join(folder, 'in/lib/ä.txt')).mode & 0o111).toBe(0);
});
