import { createRequire } from 'node:module';
import type IsolatedVm from 'isolated-vm';
import { createScriptSandbox, type ProcessSandbox } from '../core/sandbox/create-script-sandbox.ts';
import { cpuMs } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';

const SOURCE = `function main(items) {
  let total = 0;
  for (const item of items) total += item.price * item.count;
  return { total, lines: items.length };
}`;
const INPUTS = { items: Array.from({ length: 10 }, (_, index) => ({ name: `item ${index}`, price: index, count: 2 })) };
const EXPECTED = 90;

const CALLS = 1000;
const PIPELINED_CALLS = 5000;
/** Scripts waiting at a time while pipelined: what a busy engine keeps in flight. */
const IN_FLIGHT = 200;

/** The peer: a warm isolate and a compiled script, called as directly as isolated-vm allows; a fresh context each call. */
function bareIsolatedVm(): Contender {
  const ivm: typeof IsolatedVm = createRequire(import.meta.url)('isolated-vm');
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  const script = isolate.compileScriptSync(`${SOURCE};(text) => JSON.stringify(main(JSON.parse(text).items))`);
  const call = () => {
    const context = isolate.createContextSync();
    const main = script.runSync(context, { reference: true });
    const result = JSON.parse(main.applySync(undefined, [JSON.stringify(INPUTS)], { timeout: 1000 }) as string);
    main.release();
    context.release();
    if (result.total !== EXPECTED) throw new Error('the peer computed something else');
  };
  const run = () => {
    for (let turn = 0; turn < CALLS; turn++) call();
  };
  return { run, operations: CALLS };
}

/** Each way of calling, and the processor time that the sandbox's own processes spent on it, which `compare` does not see. */
function sandboxed(sandbox: ProcessSandbox) {
  const call = async () => {
    const { result } = await sandbox.run({ tenant: 'bench', language: 'javascript', source: SOURCE, inputs: INPUTS });
    if ((result as { total: number }).total !== EXPECTED) throw new Error('the sandbox computed something else');
  };
  const sequential = async () => {
    for (let turn = 0; turn < CALLS; turn++) await call();
  };
  const pipelined = async () => {
    let left = PIPELINED_CALLS;
    const worker = async () => {
      while (left-- > 0) await call();
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  };
  return {
    sequential: { run: sequential, operations: CALLS },
    pipelined: { run: pipelined, operations: PIPELINED_CALLS },
  };
}

/** Microseconds a call of processor time in the sandbox's processes, over one more batch. Undefined where the system does not tell. */
async function processMicros(sandbox: ProcessSandbox, { run, operations }: Contender): Promise<number | undefined> {
  const before = new Map(sandbox.pids.map((pid) => [pid, cpuMs(pid)]));
  await run();
  const spent = [...before].map(([pid, start]) => (cpuMs(pid) ?? Number.NaN) - (start ?? Number.NaN));
  const total = spent.reduce((sum, each) => sum + each, 0);
  return Number.isNaN(total) ? undefined : (total * 1000) / operations;
}

/** A small script with JSON in and out, fresh context each call: through the warm sandbox, against isolated-vm in this process. */
export const sandboxScript: Benchmark = {
  name: 'sandbox-script',
  mustReach: 'at most 1.5 × bare isolated-vm one after the other, and 5,000 calls/s pipelined',
  async run() {
    const log = { debug() {}, info() {}, warn: console.error, error: console.error };
    await using sandbox = createScriptSandbox({ log });
    const { sequential, pipelined } = sandboxed(sandbox);
    const figures = await compare({ sequential, bare: bareIsolatedVm(), pipelined });
    const ratio = figures.sequential.wallMicros / figures.bare.wallMicros;
    const callsPerSecond = Math.round(1_000_000 / figures.pipelined.wallMicros);
    return {
      ratios: { 'bare isolated-vm': ratio, '5,000 calls/s': 5000 / callsPerSecond },
      figures: {
        ...figures,
        callsPerSecond,
        inFlight: IN_FLIGHT,
        processes: sandbox.pids.length,
        sequentialProcessMicros: await processMicros(sandbox, sequential),
        pipelinedProcessMicros: await processMicros(sandbox, pipelined),
      },
      reached: ratio <= 1.5 && callsPerSecond >= 5000,
    };
  },
};
