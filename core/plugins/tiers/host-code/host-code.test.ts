import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const FIRST = new URL('host-code.mjs', import.meta.url).href;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'host-code-')));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What it writes: the record, then what came of the code. */
function start(code?: string): { readonly record: string; readonly answer: string; readonly stderr: string } {
  const args = ['--no-warnings', '--import', FIRST, join(folder, 'main.ts')];
  const { stdout, stderr } = spawnSync(process.execPath, args, { input: code ?? '', encoding: 'utf8', env: {} });
  const [record = '', answer = ''] = stdout.split('\n');
  return { record, answer, stderr };
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

test('code that one process has noted runs in the next without being read, and what comes after it is read anew', () => {
  write('part.ts', 'export const part: string = "from the disk";');
  write('later.ts', 'export const later: number = 1;');
  write(
    'main.ts',
    `import { endOfHostCode } from '${FIRST}';
     import { part } from './part.ts';
     const record = endOfHostCode();
     console.log(record === undefined ? '' : String(Buffer.from(record)));
     console.log(part, (await import('./later.ts')).later);`,
  );
  const first = start();
  expect(first.answer).toBe('from the disk 1');
  expect(first.record).not.toContain('later: number');

  rmSync(join(folder, 'part.ts'));
  write('later.ts', 'export const later: number = 2;');
  expect(start(first.record)).toEqual({ record: '', answer: 'from the disk 2', stderr: '' });
});
