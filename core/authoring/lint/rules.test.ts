import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readPluginProject } from '../project/plugin-project.ts';
import { deprecatedIn } from './deprecated-names.ts';
import { lintProject } from './lint-plugin.ts';
import { type Differences, projectWith } from './lint-project.fixture.ts';
import { deprecatedImports } from './rules/deprecated-api.ts';
import { LINT_RULES } from './rules.ts';

const failure = (code: string) => ({ code, message: 'It is refused.', remedy: 'Correct it.' });
const example = { name: 'One', input: {}, inputProblems: [], outputProblems: [] };
const released = (version: string, actions: object) => JSON.stringify({ version, actions, aliases: [] });

/** What breaks each rule, and nothing else. `twice`: another way to break it; `fine`: what looks alike and is right. */
const CASES: Readonly<Record<string, { broken: Differences; twice?: Differences; fine?: Differences }>> = {
  'host-accepts': { broken: { loadError: failure('PLUGIN_LOAD_FAILED') } },
  'manifest-drift': {
    broken: { loadError: failure('PLUGIN_INDEX_DRIFT'), manifest: { contributes: { actions: ['tools.acme.gone'] } } },
  },
  'id-format': {
    broken: { action: { name: 'tools.other.greet' } },
    fine: { action: { name: 'core.acme.deep.greet' } },
  },
  'version-matches': { broken: { packageJson: { version: '0.2.0' } } },
  'host-range-bounded': {
    broken: { manifest: { host: '*' } },
    twice: { manifest: { host: '>=0.1.0' } },
    fine: { manifest: { host: '>=0.1.0 <0.5.0' } },
  },
  'no-ambient-process': {
    broken: { code: `import { readFileSync } from 'node:fs';\nreadFileSync('/etc/passwd');\n` },
    twice: { code: `process.exit(1);\n` },
    fine: { code: `import { createHash } from 'node:crypto';\ncreateHash('sha256');\n` },
  },
  'no-ambient-env': {
    broken: { code: `const home = process.env.HOME;\n` },
    twice: { code: `const all = process['env'];\n` },
  },
  'no-dynamic-require': {
    broken: { code: `const name = 'a';\nawait import(name);\n` },
    twice: { code: `new Function('return 1')();\n` },
    fine: { code: `await import('./index.ts');\n` },
  },
  'no-install-scripts': { broken: { packageJson: { scripts: { postinstall: 'node build.js' } } } },
  'no-runtime-deps-in-sandbox': {
    broken: { manifest: { tier: 'isolate' }, packageJson: { dependencies: { ms: '^2' } } },
    fine: { manifest: { tier: 'process' }, packageJson: { dependencies: { ms: '^2' } } },
  },
  'host-declared-for-each-url': {
    broken: { code: `const base = 'https://api.acme.com/v1';\n` },
    twice: { code: 'const of = (id: string) => `https://api.acme.com/${id}`;\n' },
    fine: { code: `const schema = 'https://json-schema.org/draft/2020-12/schema';\n` },
  },
  'wildcard-host-reason': {
    broken: { manifest: { capabilities: { network: [{ host: '*', why: 'Calls.' }] } }, action: { uses: ['http'] } },
    twice: { manifest: { capabilities: { network: { why: 'Calls.' } } }, action: { uses: ['http'] } },
    fine: {
      manifest: { capabilities: { network: [{ host: 'api.acme.com', why: 'Calls.' }] } },
      action: { uses: ['http'] },
    },
  },
  'raw-secret-discouraged': {
    broken: { manifest: { capabilities: { secrets: { why: 'Logs in.' } } }, action: { uses: ['secrets'] } },
  },
  'capability-used': {
    broken: { manifest: { capabilities: { kv: { why: 'Remembers.' } } } },
    fine: { manifest: { capabilities: { kv: { why: 'Remembers.' } } }, action: { uses: ['kv'] } },
  },
  'password-fields-secret': {
    broken: { action: { inputSchema: { type: 'object', properties: { api_key: { type: 'string' } } } } },
    fine: { action: { inputSchema: { type: 'object', properties: { key: { type: 'string' } } } } },
  },
  'output-schema-present': { broken: { action: { outputSchema: undefined as never } } },
  'no-any-output': { broken: { action: { outputSchema: {} } } },
  'example-per-action': { broken: { action: { examples: [] } } },
  'example-valid': {
    broken: { action: { examples: [{ ...example, inputProblems: ['name: expected a string'] }] } },
    twice: { action: { examples: [{ ...example, outputProblems: ['expected a string'] }] } },
  },
  'idempotency-declared': {
    broken: { action: { idempotent: 'with-key' } },
    fine: { action: { idempotent: 'with-key' }, code: `const key = (run: any) => run.idempotencyKey;\n` },
  },
  'abort-signal-used': {
    broken: { code: `await new Promise((resolve) => setTimeout(resolve, 10));\n` },
    fine: { code: `const wait = (signal: AbortSignal) => setTimeout(() => signal.throwIfAborted(), 10);\n` },
  },
  'error-code-used': {
    broken: { code: `const fail = () => { throw new Error('no'); };\n` },
    twice: { code: `const fail = () => { throw 'no'; };\n` },
  },
  'no-console': { broken: { code: `console.log('here');\n` } },
  'zod-namespace-import': {
    broken: { files: { 'src/other.ts': `import { z } from 'zod';\nexport const a = z.string();\n` } },
  },
  'bundle-size': {
    broken: {
      code: `export const long = '${'x'.repeat(300_000)}';\nexport const use = () => long;\nglobalThis.name = long;\n`,
    },
  },
  'deprecated-api': { broken: {} },
  'breaking-schema-needs-major': {
    broken: { files: { 'released.json': released('0.1.0', { 'tools.acme.gone': { input: {} } }) } },
    twice: {
      files: { 'released.json': released('0.1.0', { 'tools.acme.greet': { input: { properties: { extra: {} } } } }) },
    },
    fine: { files: { 'released.json': released('0.0.9', { 'tools.acme.gone': { input: {} } }) } },
  },
  'changelog-entry': {
    broken: { files: { 'CHANGELOG.md': '# Changelog\n\n## 0.1.0-beta\n' } },
    fine: { files: { 'CHANGELOG.md': '## [0.1.0] - 2026-11-21\n' } },
  },
  'readme-present': { broken: { files: { 'README.md': undefined } } },
};

const brokenRules = async (differences: Differences) => {
  using project = projectWith(differences);
  return [...new Set((await lintProject(project)).findings.map(({ rule }) => rule))];
};

test('a new plugin breaks no rule', async () => {
  expect(await brokenRules({})).toEqual([]);
});

test('every rule has a case', () => {
  expect(Object.keys(CASES).toSorted()).toEqual(LINT_RULES.map(({ id }) => id).toSorted());
});

for (const [rule, { broken, twice, fine }] of Object.entries(CASES)) {
  if (rule === 'deprecated-api') continue;
  test(`${rule}: what breaks it is found, and nothing else`, async () => {
    expect(await brokenRules(broken)).toEqual([rule]);
    if (twice !== undefined) expect(await brokenRules(twice)).toEqual([rule]);
    if (fine !== undefined) expect(await brokenRules(fine)).toEqual([]);
  });
}

test('deprecated-api: an import of what the SDK marks as deprecated is found, with what to use instead', () => {
  using project = projectWith();
  const names = new Map(
    deprecatedIn('/** Old.\n * @deprecated use `defineThing`\n */\nexport function defineAction() {}'),
  );
  expect(deprecatedImports(project.sources, names)).toMatchObject([
    { message: expect.stringContaining('use `defineThing`'), position: { line: 1, column: 10 } },
  ]);
  expect(deprecatedImports(project.sources, new Map())).toEqual([]);
});

test('a finding in TypeScript stands where it stands in the file, types or not', async () => {
  using project = projectWith({ code: `const a: string = 'x' as string;\n  console.log(a);\n` });
  const [finding] = (await lintProject(project)).findings;
  expect(finding).toMatchObject({
    rule: 'no-console',
    docs: 'docs/reference/plugin-lint.md#no-console',
    position: { file: expect.stringMatching(/src\/greet\.ts$/), line: 2, column: 3 },
  });
});

test('rules that say they can correct do so, and the corrected plugin keeps the rule', async () => {
  const fixing = LINT_RULES.filter(({ fixes }) => fixes);
  expect(fixing.length).toBeGreaterThan(5);
  for (const { id, check } of fixing) {
    using project = projectWith(CASES[id]!.broken);
    const breaches = await check(project);
    expect([id, breaches.every(({ fix }) => fix !== undefined)]).toEqual([id, true]);
    const { file, apply } = breaches[0]!.fix!;
    const text = apply(readFileSync(file, 'utf8'));
    expect([id, text]).not.toEqual([id, readFileSync(file, 'utf8')]);
    writeFileSync(file, text);
    const again = readPluginProject(project.folder, { facts: project.facts! });
    expect([id, await check(again)]).toEqual([id, []]);
  }
});
