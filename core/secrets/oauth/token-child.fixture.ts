// A host of its own that needs one token, or completes one consent, as soon as it is told.
import type { Http } from '@backplane/sdk';
import { openPort, silent } from '../../network/local-server.fixture.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { createConnections } from './connections.ts';
import { plainCipher } from './plain-cipher.fixture.ts';

/** When the process ends as `kill -9` ends it, measured by its call of the token endpoint. */
export type Death = 'before the exchange' | 'before storing' | 'never';

const [url, spec, work, death = 'never'] = process.argv.slice(2) as [string, string, string, Death?];
const { key, answer } = JSON.parse(work);
const network = openPort();
const http: Http = {
  async send(request) {
    const isExchange = request.url === JSON.parse(spec).endpoints.token;
    if (isExchange && death === 'before the exchange') process.kill(process.pid, 'SIGKILL');
    const reply = await network.send(request);
    if (isExchange && death === 'before storing') process.kill(process.pid, 'SIGKILL');
    return reply;
  },
};
const database = await openDatabase({ url, dataDir: '/nowhere', log: silentLog });
const connections = createConnections({
  source: database.dataSource,
  cipher: plainCipher,
  http,
  log: silent,
  providers: () => [JSON.parse(spec)],
  clients: {},
});
process.on('message', async () => {
  if (answer !== undefined) await connections.complete(answer);
  process.send!((await connections.token(key))!.value);
});
process.send!('ready');
