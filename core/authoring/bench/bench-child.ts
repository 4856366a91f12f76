import { flushCompileCache } from 'node:module';
import { parseJson, stringifyJson } from '@backplane/sdk';
import { toErrorRecord } from '../../errors/to-record.ts';
import { openBenchHost } from './bench-host.ts';
import type { BenchAnswer, BenchCall, BenchOrder } from './bench-messages.ts';

/** The process in which one plugin is tried: `node bench-child.ts ORDER`, then calls over the channel. */
const answer = (given: BenchAnswer) => process.send?.(stringifyJson(given));
const [order = '{}'] = process.argv.slice(2);
delete process.env['NODE_COMPILE_CACHE'];
process.once('disconnect', () => process.exit());
try {
  const host = await openBenchHost(JSON.parse(order) as BenchOrder);
  // A child is killed in the end, and would keep nothing.
  flushCompileCache();
  process.on('message', async (text) => {
    answer({ type: 'outcome', outcome: await host.call(parseJson(String(text)) as BenchCall) });
  });
  answer({ type: 'ready', facts: host.facts });
} catch (thrown) {
  answer({ type: 'failed', error: toErrorRecord(thrown) });
}
