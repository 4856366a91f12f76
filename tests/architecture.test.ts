import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkout, isTest, sourceFiles } from './source-tree.fixture.ts';

const files = sourceFiles(['core', 'sdk', 'plugins', 'bench', 'scripts']);
const sources = files.filter((file) => !isTest(file.path));

/** Folders of core from the ground up; an arrow may point down or stay on its floor. */
const FLOORS: readonly (readonly string[])[] = [
  ['errors'],
  ['telemetry', 'storage'],
  ['language', 'sandbox', 'secrets', 'network'],
  ['config', 'registry', 'workflow'],
  ['executor', 'plugins', 'identity', 'access'],
  ['http', 'gateway'],
  ['host', 'authoring'],
  ['cli', 'main.ts'],
];
const room = (path: string) => path.split('/')[1]!;
const floor = (path: string) => FLOORS.findIndex((rooms) => rooms.includes(room(path)));

test('every folder of core has its floor', () => {
  const homeless = sources.filter((file) => file.path.startsWith('core/') && floor(file.path) === -1);
  expect(homeless.map((file) => file.path)).toEqual([]);
});

test('inside core, arrows point down', () => {
  const upward = sources
    .filter((file) => file.path.startsWith('core/'))
    .flatMap((file) =>
      file.imports
        .filter((target) => target.startsWith('core/') && floor(target) > floor(file.path))
        .map((target) => `${file.path} → ${target}`),
    );
  expect(upward).toEqual([]);
});

test('no two folders of core import each other in a circle', () => {
  const arrows = new Map<string, Set<string>>();
  for (const file of sources.filter((source) => source.path.startsWith('core/'))) {
    for (const target of file.imports.filter((path) => path.startsWith('core/') && room(path) !== room(file.path))) {
      arrows.set(room(file.path), (arrows.get(room(file.path)) ?? new Set()).add(room(target)));
    }
  }
  expect(circles(arrows)).toEqual([]);
});

test('no file imports itself through others', () => {
  const arrows = new Map(sources.map((file) => [file.path, new Set(file.imports)]));
  expect(circles(arrows)).toEqual([]);
});

test('only core/network reaches out, so that the egress rules hold for all', () => {
  // Commands and the administration of a host talk to hosts of Backplane.
  const ofHosts = ['core/cli/api-client.ts', 'core/host/remote-administration.ts', 'core/host/running-host.ts'];
  // The services behind the gateway are the administrator's own, named in files; requests and health checks go over these connections alone.
  const ofGateways = 'core/gateway/connections/';
  const reaching = sources
    .filter(
      ({ path }) =>
        path.startsWith('core/') &&
        !/^core\/network\/|\/attacks\//.test(path) &&
        !path.startsWith(ofGateways) &&
        !ofHosts.includes(path),
    )
    .filter(({ path }) => {
      const text = readFileSync(join(checkout, path), 'utf8');
      const fetches = /(?:await|return|=>|=)\s*fetch\(/.test(text) && !/\bfetch: (?:typeof|[A-Z])/.test(text);
      const dials = /\bhttps?\.(?:request|get)\(|\btls\.connect\(|\bnew WebSocket\(/.test(text);
      // Types of undici dial nobody.
      return fetches || dials || /^import\s+(?!type\b)[^;]*from 'undici'/m.test(text);
    });
  expect(reaching.map(({ path }) => path)).toEqual([]);
});

test('plugins import the SDK and never the host', () => {
  const forbidden = files
    .filter((file) => file.path.startsWith('plugins/'))
    .flatMap((file) =>
      file.imports
        .filter(
          (target) => target.startsWith('core/') || target.startsWith('sdk/') || target.startsWith('@backplane/core'),
        )
        .map((target) => `${file.path} → ${target}`),
    );
  expect(forbidden).toEqual([]);
});

test('plugins import of Backplane the SDK alone, its test kit only in tests, and never the rules of hosts', () => {
  const allowed = (path: string) => (isTest(path) ? /^@backplane\/sdk(\/testing)?$/ : /^@backplane\/sdk$/);
  const forbidden = files
    .filter((file) => file.path.startsWith('plugins/'))
    .flatMap((file) =>
      file.imports
        .filter((target) => target.startsWith('@backplane/') && !allowed(file.path).test(target))
        .map((target) => `${file.path} → ${target}`),
    );
  expect(forbidden).toEqual([]);
});

test('what plugins import runs anywhere: no Node, no package, nothing of the test kit', () => {
  const forbidden = sources
    // `sdk/create` is a package of its own, run where plugins are written.
    .filter((file) => file.path.startsWith('sdk/') && !/^sdk\/(testing|create)\//.test(file.path))
    .flatMap((file) =>
      file.imports
        .filter((target) => !target.startsWith('sdk/') || target.startsWith('sdk/testing/'))
        .filter((target) => target !== '@standard-schema/spec')
        .map((target) => `${file.path} → ${target}`),
    );
  expect(forbidden).toEqual([]);
});

test('the host never imports the test kit of plugins', () => {
  const forbidden = sources
    .filter((file) => file.path.startsWith('core/') && !file.path.startsWith('core/authoring/'))
    .filter((file) => file.imports.includes('@backplane/sdk/testing'));
  expect(forbidden.map((file) => file.path)).toEqual([]);
});

test('neither the host nor the SDK imports a plugin, and the SDK imports nothing of the host', () => {
  const forbidden = sources.flatMap((file) =>
    file.imports
      .filter(
        (target) =>
          (/^(core|sdk)\//.test(file.path) &&
            (target.startsWith('plugins/') || target.startsWith('@backplane/plugin'))) ||
          (file.path.startsWith('sdk/') && (target.startsWith('core/') || target.startsWith('@backplane/core'))),
      )
      .map((target) => `${file.path} → ${target}`),
  );
  expect(forbidden).toEqual([]);
});

test('the scheduler imports only the language, the workflow, the SDK and itself', () => {
  const forbidden = sources
    .filter((file) => file.path.startsWith('core/executor/scheduler/'))
    .flatMap((file) =>
      file.imports
        .filter((target) => !/^(core\/(executor\/scheduler|language|workflow|errors)\/|@backplane\/sdk$)/.test(target))
        .map((target) => `${file.path} → ${target}`),
    );
  expect(forbidden).toEqual([]);
});

test('no file is longer than 400 lines, and the median stays below 90', () => {
  expect(files.filter((file) => file.lines > 400).map((file) => `${file.path} (${file.lines})`)).toEqual([]);
  const lengths = sources.map((file) => file.lines).sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(90);
});

test('every file name is kebab-case and says something', () => {
  const bad = files.filter((file) => {
    const name = file.path
      .split('/')
      .at(-1)!
      .replace(/(\.e2e)?(\.(test|fixture|contract))?\.ts$/, '');
    return !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || /^(utils?|helpers?|types|misc|common)$/.test(name);
  });
  expect(bad.map((file) => file.path)).toEqual([]);
});

/** Circles of a directed graph, each as the path that closes it; one a strongly connected group. */
function circles(arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (node: string, path: readonly string[]): void => {
    const seen = path.indexOf(node);
    if (seen >= 0) {
      found.push([...path.slice(seen), node].join(' → '));
      return;
    }
    if (done.has(node)) return;
    for (const next of arrows.get(node) ?? []) walk(next, [...path, node]);
    done.add(node);
  };
  for (const node of arrows.keys()) walk(node, []);
  return found;
}
