import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createActionRegistry } from '../action-registry.ts';
import { leafAction } from '../leaf-action.fixture.ts';
import { runAction } from '../run-action.ts';
import { checkTemplateFiles } from './check-template-files.ts';
import { loadTemplates } from './load-templates.ts';
import { silentLog, templateText } from './template-bench.fixture.ts';
import { yamlFiles } from './yaml-files.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function folder(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'templates-'));
  cleanups.push(() => rm(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, name, '..'), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return dir;
}

const body = (returns: string) => `expects: {}\nsteps: [{ref: a, action: core.echo}]\nreturns: ${returns}`;
const registryWithEcho = () => {
  const registry = createActionRegistry();
  registry.add(leafAction({ name: 'core.echo' }));
  return registry;
};
const run = (registry: ReturnType<typeof createActionRegistry>, name: string) =>
  runAction(registry, { name, input: {}, log: silentLog });

test('good files are loaded whatever the bad ones beside them do', async () => {
  const dir = await folder({
    'a/good.yaml': templateText('good', body('1')),
    'b/late.yml': templateText('late', 'steps: 5'),
    'b/broken.yaml': 'type: action\ndefinition: {name: [',
    'nothing.yaml': 'just: data',
    'flow.yaml': 'type: workflow\nactions: []',
    'unusual.yaml': `{type: action, definition: {name: u, namespace: tools.test, title: T, display_group: G, expects: {}, steps: [{ref: a, action: core.echo}], returns: 2}}`,
    'node_modules/x.yaml': 'type: action',
    'readme.md': 'type: action',
  });
  const registry = registryWithEcho();
  const { loaded, problems } = await loadTemplates([dir, join(dir, 'absent')], registry);
  expect(loaded.toSorted()).toEqual(['tools.test.good', 'tools.test.late', 'tools.test.u']);
  expect(problems.map(({ code, position }) => `${position.file?.slice(dir.length + 1)} ${code}`)).toEqual([
    'b/broken.yaml YAML_SYNTAX',
    'nothing.yaml TEMPLATE_KEY_UNKNOWN',
    'nothing.yaml TEMPLATE_KEY_MISSING',
    'nothing.yaml TEMPLATE_KEY_MISSING',
    'absent TEMPLATE_FILE',
  ]);
  expect(await run(registry, 'tools.test.good')).toBe(1);
  expect(await run(registry, 'tools.test.u')).toBe(2);
  await expect(run(registry, 'tools.test.late')).rejects.toMatchObject({ code: 'TEMPLATE_INVALID' });
});

test('an earlier folder wins over a later one, with one warning for all its templates; two in one folder are an error', async () => {
  const first = await folder({ 'one.yaml': templateText('t', body('1')) });
  const second = await folder({ 'one.yaml': templateText('t', body('2')), 'two.yaml': templateText('t', body('3')) });
  const registry = registryWithEcho();
  const { problems } = await loadTemplates([first, second], registry);
  expect(problems).toMatchObject([{ severity: 'warning', code: 'TEMPLATES_SHADOWED' }]);
  expect(problems[0]!.message).toBe(
    `A template of ${second} is left out, because ${first} has the same name: tools.test.t.`,
  );
  expect(await run(registry, 'tools.test.t')).toBe(1);
  const again = await loadTemplates([second], registryWithEcho());
  expect(again.problems).toMatchObject([{ severity: 'error', code: 'ACTION_DUPLICATE' }]);
});

test('disposing takes the templates out of the registry', async () => {
  const dir = await folder({ 'one.yaml': templateText('t', body('1')) });
  const registry = registryWithEcho();
  (await loadTemplates([dir], registry))[Symbol.dispose]();
  expect(registry.get('tools.test.t')).toBeUndefined();
  expect((await loadTemplates([dir], registry)).loaded).toEqual(['tools.test.t']);
});

test('checked files may call each other, and stand before what the registry has', async () => {
  const dir = await folder({
    'outer.yaml': templateText(
      'outer',
      'expects: {}\nsteps: [{ref: a, action: tools.test.inner, args: {n: x}}]\nreturns: 1',
    ),
    'inner.yaml': templateText('inner', 'expects: {n: {type: int}}\nsteps: [{ref: a, action: core.ehco}]\nreturns: 1'),
    'copy.yaml': templateText('inner', 'expects: {}\nsteps: [{ref: a, action: core.echo}]\nreturns: 1'),
    'flow.yaml': 'type: workflow\nactions: []',
  });
  const registry = registryWithEcho();
  const { files, problems } = await checkTemplateFiles([dir], registry);
  expect(files).toBe(3);
  expect(
    problems.map(({ code, didYouMean, position }) => [position.file?.slice(dir.length + 1), code, didYouMean]),
  ).toEqual([
    ['inner.yaml', 'ACTION_DUPLICATE', undefined],
    ['inner.yaml', 'TEMPLATE_ACTION_UNKNOWN', 'core.echo'],
    ['outer.yaml', 'ARGUMENT_UNKNOWN', undefined],
  ]);
});

test('a path that does not exist is an error of its own', async () => {
  await expect(yamlFiles(['/nowhere/at-all'])).rejects.toMatchObject({ code: 'TEMPLATE_FILE' });
  await expect(run(registryWithEcho(), 'core.ecko')).rejects.toThrow(
    /There is no action "core\.ecko"\. Did you mean "core\.echo"\?/,
  );
});
