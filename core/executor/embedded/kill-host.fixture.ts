/**
 * A small host for the kill test: `node kill-host.fixture.ts DATA UPSTREAM`. Accepts runs as fast as it can and prints a line for
 * each one acknowledged, until it is killed or told by a line on stdin which runs to report on, after which it stops.
 */
import { createInterface } from 'node:readline';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { chain, request, testEngine } from '../engine.fixture.ts';
import { openPostgresJournal } from '../journal/postgres-journal.ts';

const [dataDir, upstream, maximum] = process.argv.slice(2) as [string, string, string];
const print = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);

await using database = await openDatabase({ dataDir, log: silentLog });
await using engine = await testEngine(await openPostgresJournal({ url: database.url, log: silentLog }), {
  work: async ({ run: { id, step, idempotencyKey }, args, signal }) => {
    const answer = await fetch(`${upstream}/${id}/${step}`, {
      method: 'POST',
      headers: { 'idempotency-key': idempotencyKey },
      signal,
    });
    await answer.arrayBuffer();
    return args['value'];
  },
});
print({ ready: database.url });

const definition = chain(4);
let left = Number(maximum);
const accept = async () => {
  while (left > 0) {
    left--;
    const { runId } = await engine.start(request(definition));
    print({ acknowledged: runId });
    await engine.result(runId);
  }
};
const lanes = Promise.all(Array.from({ length: 16 }, accept));

for await (const line of createInterface({ input: process.stdin })) {
  await lanes;
  const results: Record<string, unknown> = {};
  for (const runId of JSON.parse(line) as string[]) {
    const { status, result } = await engine.result(runId);
    results[runId] = `${status} ${result}`;
  }
  print({ results });
  break;
}
