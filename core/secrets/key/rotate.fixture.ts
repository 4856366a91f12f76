// A host that does nothing but rotate: `node rotate.fixture.ts <database> <keys> <folder>`. Says so when it has begun.
import { createDataSource } from '../../storage/create-data-source.ts';
import { secretHome } from '../secret-home.fixture.ts';
import { reencrypt } from './reencrypt.ts';

const [url, keys, folder] = process.argv.slice(2) as [string, string, string];
const dataSource = await createDataSource(url, () => undefined).initialize();
const { claims } = await secretHome({ dataSource }, { keys: keys.split(','), folder });
process.stdout.write('rotating\n');
for (;;) {
  const { left } = await reencrypt(dataSource, claims, { withinMs: 10_000 });
  if (left === 0) break;
}
