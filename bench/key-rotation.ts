import { newFernetKey } from '../core/secrets/fernet.ts';
import { reencrypt } from '../core/secrets/key/reencrypt.ts';
import { manySecrets, newPlace, secretHome } from '../core/secrets/secret-home.fixture.ts';
import { embeddedDatabase, temporaryFolder } from '../core/storage/test-database.fixture.ts';
import type { Benchmark } from './benchmark.ts';

const SECRETS = 10_000;
const READERS = 4;
const LIMIT_MS = 30_000;
/** So often a reader forgets what it remembers, so that it asks the database. */
const FORGET_EVERY = 25;

/** 10,000 secrets are encrypted again with a new key, while another host that has both keys reads them. */
export const keyRotation: Benchmark = {
  name: 'key-rotation',
  mustReach: `${SECRETS} secrets in under ${LIMIT_MS / 1000} s while others read, no read fails`,
  async run() {
    await using database = await embeddedDatabase();
    await using folder = await temporaryFolder();
    const [before, after] = [newFernetKey(), newFernetKey()];
    await using reading = await secretHome(database, { keys: [before, after], folder: folder.path });
    await using rotating = await secretHome(database, { keys: [after, before], folder: folder.path });
    const { workspace, ...place } = await newPlace(database);
    await manySecrets(database, reading, { workspace, ...place }, SECRETS);
    const read = readersOf(reading, workspace);
    const quiet = await read(new Promise((done) => setTimeout(done, 3_000)));
    const started = performance.now();
    const rotation = reencrypt(database.dataSource, rotating.claims, { withinMs: LIMIT_MS });
    const busy = await read(rotation);
    const rotationMs = performance.now() - started;
    const { changed, left } = await rotation;
    return {
      ratios: {
        [`${LIMIT_MS / 1000} s`]: rotationMs / LIMIT_MS,
        'a read without a rotation (median)': busy.medianMs / quiet.medianMs,
      },
      figures: { rotationMs, changed, left, quiet, busy },
      reached: rotationMs < LIMIT_MS && changed === SECRETS && left === 0 && busy.failed === 0,
    };
  },
};

interface Reads {
  readonly reads: number;
  readonly failed: number;
  readonly medianMs: number;
  readonly p99Ms: number;
}

function readersOf({ stored, forget }: Awaited<ReturnType<typeof secretHome>>, workspace: string) {
  return async (meanwhile: Promise<unknown>): Promise<Reads> => {
    let over = false;
    let failed = 0;
    const times: number[] = [];
    const reader = async () => {
      while (!over) {
        if (times.length % FORGET_EVERY === 0) forget();
        const name = `s${Math.floor(Math.random() * SECRETS)}`;
        const begun = performance.now();
        const found = await stored.read(name, 'default', workspace).catch(() => undefined);
        times.push(performance.now() - begun);
        if (found?.values['A'] !== name) failed++;
      }
    };
    const readers = Array.from({ length: READERS }, reader);
    await meanwhile;
    over = true;
    await Promise.all(readers);
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
    return { reads: times.length, failed, medianMs: at(0.5), p99Ms: at(0.99) };
  };
}
