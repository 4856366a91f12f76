import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Http } from '@backplane/sdk';
import { afterAll, expect, test } from 'vitest';
import { assembleActions } from '../core/host/assemble-actions.ts';
import { readPluginsConfig } from '../core/plugins/plugins-config.ts';
import { createFixtureHttp } from '../core/plugins/ports/fixture-http.ts';
import { runAction } from '../core/registry/run-action.ts';
import { checkTemplateFiles } from '../core/registry/template/check-template-files.ts';
import { createLogger } from '../core/telemetry/logger.ts';
import { checkout } from './source-tree.fixture.ts';

/** What a template must send and give, written from the vendor's documentation: `call` for one request, `calls` for several. */
interface TemplateFixture {
  readonly action: string;
  readonly input: Record<string, unknown>;
  readonly secrets: Record<string, Record<string, string>>;
  readonly vars: Record<string, unknown>;
  readonly answer: unknown;
  readonly call?: unknown;
  readonly calls?: readonly unknown[];
  readonly result: unknown;
}

const folder = join(checkout, 'templates', 'tools');
const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.yaml')).sort();
const log = createLogger('silent');
let answering: Http | undefined;
const http: Http = { send: (request) => answering!.send(request) };
const plugins = readPluginsConfig(join(checkout, 'config', 'plugins.yaml'), checkout, {});
const actions = await assembleActions({ plugins, templates: [folder], ports: { http }, log });
afterAll(() => actions[Symbol.asyncDispose]());

test('there are at least sixty templates, and every one passes the check', async () => {
  const { files: count, problems } = await checkTemplateFiles([folder], actions.registry);
  expect(problems).toEqual([]);
  expect(count).toBeGreaterThanOrEqual(60);
});

test.each(files)('%s sends what the vendor expects and gives back what it should', async (file) => {
  const path = join(folder, file.replace(/\.yaml$/, '.fixture.json'));
  expect(existsSync(path)).toBe(true);
  const fixture = JSON.parse(readFileSync(path, 'utf8')) as TemplateFixture;
  answering = createFixtureHttp(fixture.answer);
  const calls: unknown[] = [];
  const { action: name, input, secrets, vars } = fixture;
  const result = await runAction(actions.registry, {
    name,
    input,
    secrets,
    vars,
    log,
    onLeafCall: (call) => calls.push(call),
  });
  expect(calls).toEqual((fixture.calls ?? [fixture.call]).map((args) => ({ action: 'core.http_request', args })));
  expect(result).toEqual(fixture.result);
});
