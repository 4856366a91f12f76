import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@backplane/sdk';
import { expect, test } from 'vitest';
import { silent } from '../core/network/local-server.fixture.ts';
import { expressionsPort } from '../core/plugins/ports/expressions-port.ts';
import { createFixtureHttp } from '../core/plugins/ports/fixture-http.ts';
import http from '../plugins/actions/http/index.ts';
import transform from '../plugins/actions/transform/index.ts';
import { checkout } from './source-tree.fixture.ts';

const folder = join(checkout, '../shared/conformance');
const read = (name: string) => parseJson(readFileSync(join(folder, name), 'utf8')) as any;

interface Call {
  readonly action: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** Every distinct call of these plugins' actions that the recorded template runs made. */
function recordedCalls(): Call[] {
  const calls = (read('templates-golden.json') as { calls: Call[] }[]).flatMap((run) => run.calls);
  const ours = calls.filter(({ action }) => /^core\.(http_|transform\.)/.test(action));
  return [...new Map(ours.map((call) => [JSON.stringify(call), call])).values()];
}

async function perform({ action: name, args }: Call): Promise<unknown> {
  const action: any = [...http.contributes, ...transform.contributes].find((one) => one.name === name);
  const input = await action.input['~standard'].validate(args);
  if (input.issues !== undefined) throw new Error(JSON.stringify(input.issues));
  return action.run({
    input: input.value,
    run: { id: 'run', step: 'step', attempt: 1, idempotencyKey: 'key' },
    signal: new AbortController().signal,
    log: silent,
    progress() {},
    secrets: {},
    http: createFixtureHttp(read('http-fixture.json')),
    expressions: expressionsPort,
  });
}

test.skipIf(!existsSync(folder))('every recorded HTTP call is accepted and answered by the fixture', async () => {
  const { status, headers, data } = read('http-fixture.json');
  const calls = recordedCalls().filter(({ action }) => action.startsWith('core.http_'));
  expect(calls.length).toBeGreaterThan(500);
  for (const call of calls) {
    expect(await perform(call), JSON.stringify(call)).toEqual({ status_code: status, headers, data });
  }
});

test.skipIf(!existsSync(folder))('every recorded reshape gives its value', async () => {
  for (const call of recordedCalls().filter(({ action }) => action === 'core.transform.reshape')) {
    expect(await perform(call)).toEqual(call.args['value']);
  }
});
