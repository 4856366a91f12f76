import { on } from 'node:events';
import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseJson, stringifyJson } from '@backplane/sdk';
import type { HostCode } from '../../plugins/tiers/remote/remote-plugin.ts';
import type { BenchAnswer, BenchCall, BenchOrder } from './bench-messages.ts';

/** The process in which one plugin is tried. The first message is the host's code as far as it is known, the second the order, the rest calls. */
const messages = on(process, 'message');
const next = async (): Promise<unknown> => (await messages.next()).value?.[0];
const answer = (given: BenchAnswer) => process.send?.(stringifyJson(given));
process.once('disconnect', () => process.exit());
enableCompileCache(fileURLToPath(new URL('../../../node_modules/.cache/backplane', import.meta.url)));
const { openBenchHost } = await import('./bench-host.ts');
const { toErrorRecord } = await import('../../errors/to-record.ts');
try {
  const hostCode = (await next()) as HostCode;
  const known = hostCode.size;
  const order = parseJson(String(await next())) as BenchOrder;
  // The folder may have been exchanged since this process was started.
  process.chdir(order.folder);
  const host = await openBenchHost(order, hostCode);
  if (hostCode.size > known) process.send?.(hostCode);
  // A child is killed in the end, and would keep nothing.
  flushCompileCache();
  answer({ type: 'ready', facts: host.facts });
  for await (const [text] of messages)
    void host.call(parseJson(String(text)) as BenchCall).then((outcome) => answer({ type: 'outcome', outcome }));
} catch (thrown) {
  answer({ type: 'failed', error: toErrorRecord(thrown) });
}
