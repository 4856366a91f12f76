import { createRequire } from 'node:module';
import type IsolatedVm from 'isolated-vm';
import { createScriptSandbox, type ProcessSandbox } from '../core/sandbox/create-script-sandbox.ts';
import { cpuMs } from '../core/sandbox/pool/process-usage.ts';
import type { Benchmark } from './benchmark.ts';
import { compare, ownCpuMicros, type Side } from './compare.ts';

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
function bareIsolatedVm(): Side {
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

function ours(sandbox: ProcessSandbox) {
  const call = async () => {
    const { result } = await sandbox.run({ tenant: 'bench', language: 'javascript', source: SOURCE, inputs: INPUTS });
    if ((result as { total: number }).total !== EXPECTED) throw new Error('the sandbox computed something else');
  };
  const cpuMicros = () => sandbox.pids.reduce((sum, pid) => sum + (cpuMs(pid) ?? 0) * 1000, ownCpuMicros());
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
    sequential: { run: sequential, operations: CALLS, cpuMicros },
    pipelined: { run: pipelined, operations: PIPELINED_CALLS, cpuMicros },
  };
}

/** A small script with JSON in and out, fresh context each call: through the warm sandbox, against isolated-vm in this process. */
export const sandboxScript: Benchmark = {
  name: 'sandbox-script',
  mustReach: 'at most 1.5 × bare isolated-vm one after the other, and 5,000 calls/s pipelined',
  async run() {
    const log = { debug() {}, info() {}, warn: console.error, error: console.error };
    await using sandbox = createScriptSandbox({ log });
    const { sequential, pipelined } = ours(sandbox);
    const oneByOne = await compare({ ours: sequential, peers: { 'bare isolated-vm': bareIsolatedVm() } });
    const many = await compare({ ours: pipelined, peers: { 'bare isolated-vm': bareIsolatedVm() } });
    const callsPerSecond = Math.round(1_000_000 / many.ours.wallMicros);
    return {
      sequential: oneByOne,
      pipelined: { ...many, callsPerSecond, inFlight: IN_FLIGHT, processes: sandbox.pids.length },
      reached: oneByOne.ratios['bare isolated-vm']! <= 1.5 && callsPerSecond >= 5000,
    };
  },
};
