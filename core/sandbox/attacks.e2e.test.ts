import type { Log } from '@backplane/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attack } from './attacks/attack.ts';
import { bombs } from './attacks/bombs.ts';
import { constructorChains } from './attacks/constructor-chains.ts';
import { endless } from './attacks/endless.ts';
import { reachingOut } from './attacks/reaching-out.ts';
import { tampering } from './attacks/tampering.ts';
import { createScriptSandbox, type ProcessSandbox } from './create-script-sandbox.ts';
import { DEFAULT_LIMITS } from './script-limits.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Beyond its limit a run may take: the watchdog's grace, a new process, a busy machine. */
const SLACK_MS = 5000;

let sandbox: ProcessSandbox;
beforeAll(() => {
  sandbox = createScriptSandbox({ log: silent, poolSize: 1 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

function run(source: string, more: object = {}, tenant = 'attacker') {
  return sandbox.run({ tenant, language: 'javascript', source, inputs: {}, ...more });
}

async function endOf(attack: Attack): Promise<{ code: string } | { result: unknown }> {
  try {
    return { result: (await run(attack.source, { inputs: attack.inputs ?? {}, limits: attack.limits })).result };
  } catch (error) {
    return { code: (error as { code: string }).code };
  }
}

/** What the next scripts must find, of the same tenant and of another: a clean world that works. */
const CANARY = `
  if (({}).polluted !== undefined || globalThis.leaked !== undefined) return 'polluted';
  await new Promise((done) => setTimeout(done, 1));
  return JSON.stringify([1, { a: new URL('http://a/b').pathname }]) + [3, 1, 2].sort().join('');
`;
const SOUND = '[1,{"a":"/b"}]123';

for (const [category, attacks] of Object.entries({ constructorChains, reachingOut, endless, bombs, tampering })) {
  describe(category, () => {
    for (const attack of attacks as readonly Attack[]) {
      test(`${attack.name}: ends in time and harmless, and the next script works`, async () => {
        const begun = performance.now();
        const end = await endOf(attack);
        const limit = attack.limits?.wallMs ?? attack.limits?.cpuMs ?? DEFAULT_LIMITS.wallMs;
        expect(performance.now() - begun).toBeLessThan(limit + SLACK_MS);
        if ('code' in end) expect(attack.codes ?? []).toContain(end.code);
        else expect(end.result).toEqual(attack.result);
        expect((await run(CANARY)).result).toBe(SOUND);
        expect((await run(CANARY, {}, 'neighbour')).result).toBe(SOUND);
      });
    }
  });
}

describe('between runs', () => {
  test('nothing that a run leaves in its globals is there in the next run of the same script', async () => {
    const source =
      'const before = typeof globalThis.kept; globalThis.kept = 1; Array.prototype.kept = 1; return before';
    const seen = [];
    for (let turn = 0; turn < 5; turn++) seen.push((await run(source)).result);
    expect(seen).toEqual(Array(5).fill('undefined'));
  });

  test('a promise left behind neither runs on nor prints into the next run', async () => {
    await run(
      'globalThis.t = setInterval(() => console.log("ghost"), 1); Promise.resolve().then(() => console.log("late")); return 1',
    );
    const { console } = await run('await new Promise((done) => setTimeout(done, 30)); return 1');
    expect(console).toEqual([]);
  });

  // On a machine that is busy besides, a good script may be judged by the memory that an attacker has just left.
  test('two hundred attackers and good scripts at once: every good one is answered', { retry: 2 }, async () => {
    const hostile = Array.from({ length: 20 }, (_, index) =>
      endOf({
        name: '',
        source: index % 2 ? 'for (;;);' : 'const a = []; for (;;) a.push(new Array(1000).fill(1))',
        limits: { wallMs: 200, memoryMb: 32 },
      }),
    );
    const good = Array.from({ length: 180 }, (_, n) =>
      run('function main(n) { return n * 2 }', { inputs: { n } }, `t${n % 7}`),
    );
    const results = (await Promise.allSettled(good)).map((each) =>
      each.status === 'fulfilled' ? each.value.result : each.reason,
    );
    expect(results).toEqual(Array.from({ length: 180 }, (_, n) => n * 2));
    for (const end of await Promise.all(hostile)) expect(end).toHaveProperty('code');
  });
});
