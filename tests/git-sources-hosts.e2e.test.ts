import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SSHD, sshServer } from '../core/plugins/sources/git/git-servers.fixture.ts';
import { GitWorkshop, template } from '../core/plugins/sources/git/git-workshop.fixture.ts';
import type { Database } from '../core/storage/database.ts';
import { embeddedDatabase } from '../core/storage/test-database.fixture.ts';
import { HostHome, type HostProcess } from './host-process.fixture.ts';

const PATIENCE = { timeout: 30_000 };

let database: Database;
beforeAll(async () => {
  database = await embeddedDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

test.skipIf(SSHD === undefined)(
  'what one of two hosts promotes over ssh runs on both, by hand and by timer',
  async () => {
    await using shop = new GitWorkshop();
    const repo = shop.repository();
    const deploy = shop.sshKey('deploy');
    await using server = await sshServer(shop, deploy.publicKey);
    const files = {
      known_hosts: server.hostLine,
      deploy_key: `${shop.secrets.get('secret:keys.deploy')}\n`,
      'config/plugins.yaml': `sources:
  - id: acme
    git: ssh://${server.user}@127.0.0.1:${server.port}${repo.folder}
    auth: { sshKey: "file:./deploy_key", knownHosts: ./known_hosts }
    sync: { every: 1s, promote: auto }
plugins: { acme: { use: "git:acme" } }
`,
    };
    await using one = new HostHome(files);
    await using two = new HostHome(files);
    const env = { DATABASE_URL: database.url, BACKPLANE_BLOBS_FOLDER: join(one.path, 'blobs') };
    const first = repo.commit({ 'send.yaml': template('send') });
    const hosts = [await one.start({ env }), await two.start({ env })] as const;
    const commitOf = async (host: HostProcess) =>
      (await host.api('GET', '/actions/tools.acme.send')).body.source?.commit;
    const both = () => Promise.all(hosts.map(commitOf));
    await expect.poll(both, PATIENCE).toEqual([first, first]);
    const second = repo.commit({ 'send.yaml': template('send').replace('title: send', 'title: Send') });
    await expect.poll(both, PATIENCE).toEqual([second, second]);

    expect((await hosts[1].api('POST', '/sources/acme/rollback', { by: 'ada' })).body).toMatchObject({
      source: { current: { commit: first }, candidate: { commit: second }, why: 'rolled-back' },
      changes: [{ id: 'acme', outcome: 'done' }],
    });
    await expect.poll(both, PATIENCE).toEqual([first, first]);
    for (const host of hosts) {
      expect((await host.api('GET', '/sources/acme')).body).toMatchObject({
        current: { commit: first },
        plugins: [{ id: 'acme', state: 'current', commit: first }],
        events: [{ action: 'rollback', by: 'ada' }, { action: 'promote' }, { action: 'promote' }],
      });
    }
  },
  90_000,
);
