import { createScriptSandbox } from '../core/sandbox/create-script-sandbox.ts';
import type { Benchmark } from './benchmark.ts';
import { type Contender, compare } from './compare.ts';

const HARMLESS = `def main(items):
    return {"total": sum(item["price"] * item["count"] for item in items), "lines": len(items)}
`;
/** Writes an attribute, so that the interpreter is put back after each call. */
const RESTORED = `class Total: pass
def main(items):
    total = Total()
    total.sum = sum(item["price"] * item["count"] for item in items)
    return {"total": total.sum, "lines": len(items)}
`;
const INPUTS = { items: Array.from({ length: 10 }, (_, index) => ({ name: `item ${index}`, price: index, count: 2 })) };
const EXPECTED = 90;
const CALLS = 2000;
const IN_FLIGHT = 50;

/** A small Python script with JSON in and out through the warm sandbox. */
export const sandboxPython: Benchmark = {
  name: 'sandbox-python',
  mustReach: '1,000 small calls a second, warm',
  async run() {
    const log = { debug() {}, info() {}, warn: console.error, error: console.error };
    await using sandbox = createScriptSandbox({ log });
    const calling = (source: string, inFlight: number, calls: number): Contender => ({
      operations: calls,
      async run() {
        let left = calls;
        const worker = async () => {
          while (left-- > 0) {
            const { result } = await sandbox.run({ tenant: 'bench', language: 'python', source, inputs: INPUTS });
            if ((result as { total: number }).total !== EXPECTED) throw new Error('the script computed something else');
          }
        };
        await Promise.all(Array.from({ length: inFlight }, worker));
      },
    });
    const figures = await compare({
      sequential: calling(HARMLESS, 1, CALLS),
      pipelined: calling(HARMLESS, IN_FLIGHT, CALLS),
      restored: calling(RESTORED, IN_FLIGHT, CALLS / 10),
    });
    const callsPerSecond = Math.round(1_000_000 / figures.pipelined.wallMicros);
    return {
      ratios: { '1,000 calls/s': 1000 / callsPerSecond },
      figures: { ...figures, callsPerSecond, inFlight: IN_FLIGHT, processes: sandbox.pids.length },
      reached: callsPerSecond >= 1000,
    };
  },
};
