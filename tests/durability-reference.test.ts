import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostConfigSchema } from '../core/config/host-config.ts';
import { parseYaml } from '../core/language/source/parse-yaml.ts';
import { checkWorkflow } from '../core/workflow/check-workflow.ts';
import { testRegistry } from '../core/workflow/test-registry.fixture.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/reference/durability.md'), 'utf8');
const [workflow, config] = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!) as [string, string];
const check = (text: string) => checkWorkflow(parseYaml(text, 'example.yaml'), testRegistry());

test('the workflow of the page on durability is right, and keeps its rules', () => {
  const { problems, definition } = check(workflow);
  expect(problems).toEqual([]);
  expect(definition!.config.retention).toEqual({ completed: '7d', failed: 'forever' });
});

test('a time that is none, and an unknown end, are told at their place', () => {
  const { problems } = check(workflow.replace('7d, failed: forever', 'soon, lost: 1d'));
  expect(problems.map(({ code }) => code).sort()).toEqual(['WORKFLOW_KEY_UNKNOWN', 'WORKFLOW_VALUE']);
});

test('the notification of the page is right, and its defaults are those that it names', () => {
  const { notifications } = hostConfigSchema.parse(parseYaml(config, 'backplane.yaml').value);
  expect(notifications).toMatchObject([
    { on: ['failed'], maxAttempts: 15, timeoutSeconds: 15 },
    { notifier: 'acme-chat', config: { room: 'ops' } },
  ]);
  expect(hostConfigSchema.parse({ notifications: [{ url: 'https://a.example' }] }).notifications[0]).toMatchObject({
    on: ['failed'],
    workflows: ['*'],
    include: [],
  });
  const twice = { notifications: [{ url: 'https://a.example' }, { url: 'https://a.example' }] };
  expect(hostConfigSchema.safeParse(twice).success).toBe(false);
  const both = { url: 'https://a.example', notifier: 'acme-chat' };
  for (const wrong of [both, {}, { url: both.url, config: {} }])
    expect(hostConfigSchema.safeParse({ notifications: [wrong] }).success).toBe(false);
  expect(hostConfigSchema.safeParse({ retention: { failed: 'soon' } }).success).toBe(false);
});
