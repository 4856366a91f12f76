import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PluginsFile } from './edit-config.ts';
import { readPluginsConfig } from './plugins-config.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edit-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = () => join(folder, 'plugins.yaml');
const text = () => readFileSync(file(), 'utf8');
const open = (start?: string) => {
  if (start !== undefined) writeFileSync(file(), start);
  return new PluginsFile(file(), (path) => readPluginsConfig(path, folder, {}));
};
const START = '# what runs\nplugins:\n  # greets\n  acme: { config: { url: x } } # stays\ntrust: [acme]\n';

test('adding keeps comments and order', () => {
  open(START).add('beta', { use: 'npm:beta' }, { trust: true });
  expect(text()).toContain(
    '# what runs\nplugins:\n  # greets\n  acme: { config: { url: x } } # stays\n  beta:\n    use: npm:beta\n',
  );
  expect(readPluginsConfig(file(), folder, {})).toMatchObject({ plugins: { beta: {} }, trust: ['acme', 'beta'] });
});

test.each([undefined, '', 'plugins:\n', 'plugins: {}\n'])('the first plugin of %j is added', (start) => {
  open(start).add('beta', { use: 'npm:beta' });
  expect(Object.keys(readPluginsConfig(file(), folder, {}).plugins)).toEqual(['beta']);
});

test('removing takes the entry and its trust away', () => {
  open(START).remove('acme');
  expect(readPluginsConfig(file(), folder, {})).toMatchObject({ plugins: {}, trust: [] });
});

test('switching off and on again leaves the file as it was, but for spaces', () => {
  const edit = open(START);
  edit.setEnabled('acme', false, { builtin: false });
  expect(readPluginsConfig(file(), folder, {}).plugins['acme']?.enabled).toBe(false);
  edit.setEnabled('acme', true, { builtin: false });
  expect(text().replaceAll(' ', '')).toBe(START.replaceAll(' ', ''));
});

test('a plugin that is named already, or not at all, is told, and nothing is written', () => {
  const edit = open(START);
  expect(() => edit.add('acme', {})).toThrow(expect.objectContaining({ code: 'PLUGIN_ALREADY_NAMED' }));
  expect(() => edit.remove('acne')).toThrow(
    expect.objectContaining({ code: 'PLUGIN_NOT_NAMED', message: expect.stringContaining('Did you mean `acme`') }),
  );
  expect(text()).toBe(START);
});

test('what would not be valid is never written', () => {
  expect(() => open(START).add('beta', { use: 'nonsense' })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID' }),
  );
  expect(text()).toBe(START);
  expect(readdirSync(folder)).toEqual(['plugins.yaml']);
  expect(existsSync(`${file()}.${process.pid}.new`)).toBe(false);
});
