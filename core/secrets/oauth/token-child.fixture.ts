// A host of its own that needs one token as soon as it is told.
import { openPort, silent } from '../../network/local-server.fixture.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { silentLog } from '../../storage/silent-log.fixture.ts';
import { createConnections } from './connections.ts';
import { plainCipher } from './plain-cipher.fixture.ts';

const [url, spec, key] = process.argv.slice(2) as [string, string, string];
const database = await openDatabase({ url, dataDir: '/nowhere', log: silentLog });
const connections = createConnections({
  source: database.dataSource,
  cipher: plainCipher,
  http: openPort(),
  log: silent,
  providers: () => [JSON.parse(spec)],
  clients: {},
});
process.on('message', async () => {
  process.send!((await connections.token(JSON.parse(key)))!.value);
});
process.send!('ready');
