import { pluginSourceContract } from '../plugin-source.contract.ts';
import { GitWorkshop } from './git-workshop.fixture.ts';

// Links and faulty plugins can be committed, but then the whole commit is refused before anything is fetched.
pluginSourceContract(
  async () => {
    const shop = new GitWorkshop();
    const repo = shop.repository();
    repo.commit({ 'README.md': 'plugins of acme' });
    const git = await shop.sources({ git: repo.url });
    await git.sync('acme');
    await git.promote('acme', { by: 'ada' });
    return {
      source: git.plugins,
      store: await shop.store(),
      absent: 'acme/plugins/nothing',
      async publish(files) {
        repo.commit(
          Object.fromEntries(Object.entries(files).map(([name, text]) => [`plugins/tickets/${name}`, String(text)])),
        );
        await git.sync('acme');
        await git.promote('acme', { by: 'ada' });
        return 'acme/plugins/tickets';
      },
      [Symbol.asyncDispose]: () => shop[Symbol.asyncDispose](),
    };
  },
  { carriesLinks: false, takesFaulty: false },
);
