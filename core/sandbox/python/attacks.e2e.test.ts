import type { Log } from '@backplane/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Attack } from '../attacks/attack.ts';
import { createScriptSandbox, type ProcessSandbox } from '../create-script-sandbox.ts';
import { DEFAULT_LIMITS } from '../script-limits.ts';
import { bombs } from './attacks/bombs.ts';
import { reachingJavascript } from './attacks/reaching-javascript.ts';
import { reachingSystem } from './attacks/reaching-system.ts';
import { tampering } from './attacks/tampering.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };
/** Beyond its limit a run may take: the watchdog's grace, a new process, a busy machine. */
const SLACK_MS = 10_000;

let sandbox: ProcessSandbox;
beforeAll(() => {
  sandbox = createScriptSandbox({ log: silent, pythonPoolSize: 1 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

function run(source: string, more: object = {}, tenant = 'attacker') {
  return sandbox.run({ tenant, language: 'python', source, inputs: {}, ...more });
}

async function endOf(attack: Attack): Promise<{ code: string; message: string } | { result: unknown }> {
  try {
    return { result: (await run(attack.source, { inputs: attack.inputs ?? {}, limits: attack.limits })).result };
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return { code, message };
  }
}

/** What the next scripts must find, of the same tenant and of another: a clean world that works. */
const CANARY = `
import asyncio, builtins, gc, json, os, random, re, sys, time
class Works: pass
async def main():
    await asyncio.sleep(0.001)
    print('x', len([1, 2]))
    clean = not os.environ and not hasattr(builtins, 'kept') and not hasattr(sys, 'ghost') and gc.isenabled()
    steady = sys.gettrace() is None and sys.getrecursionlimit() >= 500 and time.time() > 1e9 and not gc.callbacks
    return [clean, steady, json.dumps(sorted([3, 1, 2])), re.sub('b', 'c', 'ab'), random.random() != random.random(), Works.__name__]
`;
const SOUND = [true, true, '[1, 2, 3]', 'ac', true, 'Works'];

for (const [category, attacks] of Object.entries({ reachingJavascript, reachingSystem, bombs, tampering })) {
  describe(category, () => {
    for (const attack of attacks) {
      test(`${attack.name}: ends in time and harmless, and the next script works`, async () => {
        const begun = performance.now();
        const end = await endOf(attack);
        const limit = attack.limits?.wallMs ?? DEFAULT_LIMITS.wallMs;
        expect(performance.now() - begun).toBeLessThan(limit + SLACK_MS);
        if ('code' in end) expect(attack.codes ?? [], end.message).toContain(end.code);
        else expect(attack.results ?? [attack.result]).toContainEqual(end.result);
        const next = await run(CANARY);
        expect(next).toEqual({ result: SOUND, console: [{ level: 'info', text: 'x 2' }] });
        expect((await run(CANARY, {}, 'neighbour')).result).toEqual(SOUND);
      });
    }
  });
}
