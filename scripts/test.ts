// Everything `npm test` stands for: types, lint, then all tests. Fails when any part does, after all have run.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string) => join(root, 'node_modules', '.bin', name);
const environment = { ...process.env, PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}` };

function run(title: string, command: string, args: string[]): Promise<boolean> {
  process.stdout.write(`\n── ${title}\n`);
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: environment });
    child.on('error', (error) => {
      process.stderr.write(`${title}: ${error.message}\n`);
      resolve(false);
    });
    child.on('exit', (code) => resolve(code === 0));
  });
}

interface VitestReport {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  testResults: { name: string; assertionResults: { status: string; fullName: string }[] }[];
}

function summarise(report: VitestReport): void {
  const skipped = report.testResults.flatMap((file) =>
    file.assertionResults.filter((test) => test.status === 'skipped'),
  );
  for (const test of skipped) process.stdout.write(`skipped: ${test.fullName}\n`);
  process.stdout.write(
    `${report.numPassedTests} passed, ${report.numFailedTests} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`,
  );
}

const scratch = mkdtempSync(join(tmpdir(), 'backplane-test-'));
try {
  const report = join(scratch, 'report.json');
  const types = await run('type check', bin('tsc'), ['--noEmit']);
  const lint = await run('lint', bin('biome'), ['check', '--error-on-warnings']);
  const tests = await run('tests', bin('vitest'), [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  summarise(JSON.parse(readFileSync(report, 'utf8')) as VitestReport);
  process.exitCode = types && lint && tests ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
