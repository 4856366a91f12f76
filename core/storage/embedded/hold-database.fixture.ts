/** A host of sorts, for tests that kill it: opens the database of the folder given, says its address, and stays. */
import { silentLog } from '../silent-log.fixture.ts';
import { startEmbeddedPostgres } from './embedded-postgres.ts';

const server = await startEmbeddedPostgres({ dataDir: process.argv[2]!, log: silentLog });
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid, how: server.how })}\n`);
setInterval(() => undefined, 60_000);
