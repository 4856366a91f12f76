import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { PluginProject } from '../project/plugin-project.ts';
import type { CheckResult } from './contract-check.ts';

const SHARED = new URL('share-host-modules.ts', import.meta.url).href;
const REPORTER = new URL('test-lines.ts', import.meta.url).href;

/** One line of the reporter. */
export interface TestLine {
  readonly name: string;
  readonly file: string;
  readonly state: CheckResult['state'];
  readonly problem?: string;
}

/** Runs the plugin's own tests with Node's test runner. They need no installation: the SDK and zod come from the host. */
export async function ownTests({ folder, sources }: PluginProject): Promise<CheckResult[]> {
  const files = sources.filter(({ path }) => /\.test\.[cm]?[jt]s$/.test(path)).map(({ path }) => path);
  if (files.length === 0) return [];
  const args = [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--import',
    `${SHARED}?folder=${encodeURIComponent(pathToFileURL(folder).href)}`,
    '--test-reporter',
    REPORTER,
    ...files,
  ];
  const { NODE_TEST_CONTEXT: _outer, NODE_OPTIONS: _options, ...environment } = process.env;
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: environment });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  const lines = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as TestLine);
  const results = lines.map(
    ({ name, file, state, problem }): CheckResult => ({
      contribution: file,
      name,
      state,
      ...(problem === undefined ? {} : { problem }),
    }),
  );
  if (code !== 0 && !results.some(({ state }) => state === 'failed'))
    results.push({
      name: 'its own tests run',
      state: 'failed',
      problem: stderr.trim() || `the runner ended with ${code}`,
    });
  return results;
}
