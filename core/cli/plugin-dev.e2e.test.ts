import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBrowser } from '../authoring/dev/browser.fixture.ts';
import { CHECKOUT } from '../host/checkout.ts';
import { PluginFolder } from './plugin-author.fixture.ts';

/** A browser, a host and their children share two cores with everything else that is tested. */
const PATIENCE = { timeout: 30_000 };

interface Development extends AsyncDisposable {
  readonly url: string;
  said(): string;
  end(): Promise<number | null>;
}

async function develop(folder: PluginFolder, ...more: readonly string[]): Promise<Development> {
  const child = spawn(process.execPath, [
    join(CHECKOUT, 'core', 'main.ts'),
    'plugin',
    'dev',
    folder.path,
    '--port',
    '0',
    ...more,
  ]);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = once(child, 'close');
  await expect.poll(() => said, PATIENCE).toContain('try it at');
  return {
    url: /try it at (\S+)/.exec(said)![1]!,
    said: () => said,
    async end() {
      child.kill('SIGINT');
      return (await ended)[0];
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const run = (url: string, body: object, headers: object = {}): Promise<Response> =>
  fetch(`${url}run`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

const answerOf = async (url: string, body: object): Promise<any> => (await run(url, body)).json();

test('the page runs an action in a browser; a change that fails keeps the version before, and one that works takes over', async () => {
  using folder = new PluginFolder();
  await using dev = await develop(folder);
  await using page = await openBrowser();
  await page.open(dev.url);
  const shown = (selector: string) => page.evaluate(`document.querySelector('${selector}')?.textContent ?? ''`);
  await expect.poll(() => shown('#form h2'), PATIENCE).toBe('tools.acme.greet');
  await page.evaluate(`document.querySelector('.example').click(); document.querySelector('form').requestSubmit()`);
  await expect.poll(() => shown('#result'), PATIENCE).toContain('Hello, Ada!');
  expect(await page.evaluate('document.body.innerText')).not.toContain('undefined');

  folder.replace('src/greet.ts', 'run({ input }) {', 'run({ input }) {\n    const broken = ;');
  await expect.poll(() => shown('#fault'), PATIENCE).toContain('Version 1 goes on serving.');
  expect(await shown('#fault')).toMatch(/PLUGIN_LOAD_FAILED.*greet\.ts:20/s);
  expect(dev.said()).toMatch(/error PLUGIN_LOAD_FAILED: .*greet\.ts:20:\d+: [\s\S]*load 1 goes on serving/);
  await page.evaluate(`document.querySelector('form').requestSubmit()`);
  await expect.poll(() => shown('#result'), PATIENCE).toContain('Hello, Ada!');

  folder.replace('src/greet.ts', 'const broken = ;', '').replace('src/greet.ts', '`Hello, ${', '`Good day, ${');
  await expect.poll(() => page.evaluate(`document.querySelector('#fault').hidden`), PATIENCE).toBe(true);
  expect(await page.evaluate(`document.querySelector('#field-name').value`)).toBe('Ada');
  await page.evaluate(`document.querySelector('form').requestSubmit()`);
  await expect.poll(() => shown('#result'), PATIENCE).toContain('Good day, Ada!');

  await page.evaluate(
    `document.querySelector('#field-name').value = ''; document.querySelector('form').requestSubmit()`,
  );
  await expect.poll(() => shown('#outcome'), PATIENCE).toMatch(/INPUT_INVALID.*needs the argument/s);
  expect(page.faults).toEqual([]);
  expect(await dev.end()).toBe(0);
});

test('secrets come from the local file, what is logged and thrown is answered, and a plugin that ends its process is loaded again', async () => {
  using folder = new PluginFolder();
  folder.change((_pack, manifest) => {
    manifest.capabilities = { secrets: { why: 'For this test.' } };
  });
  folder.replace(
    'src/greet.ts',
    "effect: 'pure',",
    "effect: 'read', uses: ['secrets'], secrets: [{ type: 'custom', name: 'acme', keys: ['KEY'], optionalKeys: [], optional: false, secretType: 'custom' }],",
  );
  folder.replace(
    'src/greet.ts',
    'run({ input }) {',
    "run({ input, secrets, log }) {\n    log.info('greeting', { length: secrets['acme']?.['KEY']?.length });\n    if (input.name === 'exit') process.exit(4);",
  );
  await using dev = await develop(folder, '--tier', 'trusted');
  const order = { action: 'tools.acme.greet', input: { name: 'Ada' } };
  expect((await answerOf(dev.url, order)).error).toMatchObject({ code: 'ACTION_SECRET_MISSING' });
  folder.write('secrets.local.json', '{"acme": {"KEY": "hush"}}');
  await expect.poll(async () => (await answerOf(dev.url, order)).result, PATIENCE).toEqual({ greeting: 'Hello, Ada!' });
  expect((await answerOf(dev.url, order)).logs).toEqual([
    { level: 'info', message: 'greeting', fields: { length: 4 } },
  ]);
  const lost = await answerOf(dev.url, { ...order, input: { name: 'exit' } });
  expect(lost.error).toMatchObject({ code: 'PLUGIN_BENCH_LOST', message: expect.stringContaining('exited with 4') });
  await expect.poll(async () => (await answerOf(dev.url, order)).result, PATIENCE).toBeTruthy();
  expect(dev.said()).toContain('it is loaded again');
});

test('calls run in the tier of the manifest; the page tells it, what the plugin may do and what it was refused', async () => {
  using folder = new PluginFolder();
  folder.change((_pack, manifest) => {
    manifest.capabilities = { network: [{ host: 'api.acme.example', why: 'Tickets are read there.' }] };
  });
  folder.replace('src/greet.ts', "effect: 'pure',", "effect: 'read', uses: ['http'],");
  folder.replace(
    'src/greet.ts',
    'run({ input }) {',
    "async run({ input, http }) {\n    if (input.name === 'net') await http.send({ url: 'https://elsewhere.example/' });\n    if (input.name === 'file') process.getBuiltinModule('node:fs').readFileSync('/etc/passwd');",
  );
  await using dev = await develop(folder);
  expect(dev.said()).toContain('tier process');
  const state = async () => (await fetch(`${dev.url}state`)).json() as Promise<any>;
  expect(await state()).toMatchObject({
    facts: { tier: 'process', granted: ['network api.acme.example: Tickets are read there.'] },
    refused: [],
  });
  for (const name of ['net', 'file']) await answerOf(dev.url, { action: 'tools.acme.greet', input: { name } });
  expect((await state()).refused).toEqual([
    expect.stringMatching(/PLUGIN_NETWORK_REFUSED.*elsewhere/),
    expect.stringContaining('restricted'),
  ]);
  expect(dev.said()).toContain('refused: PLUGIN_NETWORK_REFUSED');
  await using page = await openBrowser();
  await page.open(dev.url);
  await expect
    .poll(() => page.evaluate(`document.querySelector('#walls').innerText`), PATIENCE)
    .toMatch(/process[\s\S]*api\.acme\.example[\s\S]*Refused[\s\S]*elsewhere/);
  const before = (await state()).generation;
  folder.replace('src/greet.ts', '`Hello, ${', '`Good day, ${');
  await expect.poll(async () => (await state()).generation, PATIENCE).toBe(before + 1);
});

test('other sites and other names of this machine cannot run anything', async () => {
  using folder = new PluginFolder();
  await using dev = await develop(folder);
  const order = { action: 'tools.acme.greet', input: { name: 'Ada' } };
  expect((await run(dev.url, order, { origin: 'https://evil.example' })).status).toBe(403);
  expect((await run(dev.url, order, { 'content-type': 'text/plain' })).status).toBe(400);
  expect((await fetch(`${dev.url}nothing`)).status).toBe(404);
});
