import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WatchTiming, watchFolder } from './watch-folder.ts';

let home: string;
let folder: string;
let told: number;
let watching: Disposable | undefined;

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'watch-')));
  folder = join(home, 'acme');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(file('index.ts'), '1');
  told = 0;
});
afterEach(() => {
  watching?.[Symbol.dispose]();
  rmSync(home, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(timing: WatchTiming = {}): Promise<void> {
  watching = watchFolder(folder, () => (told += 1), { quietMs: 30, pollMs: 60_000, ...timing });
  await pause(20);
}

async function tells(change: () => void): Promise<void> {
  const before = told;
  change();
  await expect.poll(() => told, { timeout: 3_000, interval: 5 }).toBeGreaterThan(before);
}

test.each<[string, () => void]>([
  ['written in place', () => writeFileSync(file('index.ts'), '2')],
  [
    'renamed over, as most editors save',
    () => {
      writeFileSync(file('.index.ts.tmp'), '2');
      renameSync(file('.index.ts.tmp'), file('index.ts'));
    },
  ],
  [
    'deleted and made anew',
    () => {
      unlinkSync(file('index.ts'));
      writeFileSync(file('index.ts'), '2');
    },
  ],
  [
    'made in a new folder',
    () => {
      mkdirSync(file('src/new/deep'), { recursive: true });
      writeFileSync(file('src/new/deep/a.ts'), '2');
    },
  ],
  ['deleted', () => unlinkSync(file('index.ts'))],
])('a file that is %s is told', async (_how, change) => {
  await start();
  await tells(change);
});

test('a file is told again after it was renamed over', async () => {
  await start();
  await tells(() => {
    writeFileSync(join(home, 'beside'), '2');
    renameSync(join(home, 'beside'), file('index.ts'));
  });
  await tells(() => writeFileSync(file('index.ts'), '3'));
});

test('many files at once are told once', async () => {
  await start();
  for (let i = 0; i < 200; i++) writeFileSync(file(`src/${i}.ts`), 'x');
  await expect.poll(() => told).toBe(1);
  await pause(100);
  expect(told).toBe(1);
});

test('what editors, Git and package managers keep there is not told', async () => {
  await start();
  for (const name of ['index.ts~', '.index.ts.swp', '4913', '.#index.ts']) writeFileSync(file(name), 'x');
  for (const name of ['node_modules', '.git']) {
    mkdirSync(file(name));
    writeFileSync(file(`${name}/x`), 'x');
  }
  await pause(120);
  expect(told).toBe(0);
});

test('a folder that is never quiet is told all the same', async () => {
  await start({ quietMs: 200, longestMs: 250 });
  const writing = setInterval(() => writeFileSync(file('index.ts'), String(Math.random())), 5);
  await expect.poll(() => told, { timeout: 3_000 }).toBeGreaterThan(1);
  clearInterval(writing);
});

test('a folder that goes, comes back and changes is told each time', async () => {
  await start({ pollMs: 20 });
  await tells(() => rmSync(folder, { recursive: true }));
  await tells(() => {
    mkdirSync(folder);
    writeFileSync(file('index.ts'), '2');
  });
  await pause(80);
  await tells(() => writeFileSync(file('index.ts'), '3'));
});

test('a folder that another takes the place of, or a link, is told and watched on', async () => {
  await start({ pollMs: 20 });
  mkdirSync(join(home, 'other'));
  writeFileSync(join(home, 'other/index.ts'), '2');
  await tells(() => {
    renameSync(folder, join(home, 'old'));
    symlinkSync(join(home, 'other'), folder);
  });
  await pause(80);
  await tells(() => writeFileSync(file('index.ts'), '3'));
});

test('where the system tells nothing, looking again does', async () => {
  rmSync(folder, { recursive: true });
  await start({ pollMs: 10 });
  await tells(() => mkdirSync(folder));
});

test('nothing is told after the end', async () => {
  await start({ pollMs: 10 });
  writeFileSync(file('index.ts'), '2');
  watching?.[Symbol.dispose]();
  writeFileSync(file('index.ts'), '3');
  await pause(80);
  expect(told).toBe(0);
});
