import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { SSHD, sshServer } from '../core/plugins/sources/git/git-servers.fixture.ts';
import { GitWorkshop } from '../core/plugins/sources/git/git-workshop.fixture.ts';
import { postmasterOf } from './host-process.fixture.ts';
import { checkout } from './source-tree.fixture.ts';

const guide = readFileSync(join(checkout, 'docs', 'guides', 'private-actions-in-git.md'), 'utf8');

/** Files to write (`file=…`) and commands to run (`sh`), in their order. */
const blocks = [...guide.matchAll(/^```(sh(?: fails)?|\w+ file=(\S+))\n(.*?)^```$/gms)].map(
  ([, kind, file, content = '']) => ({ fails: kind === 'sh fails', file, content }),
);

test.skipIf(SSHD === undefined)(
  'every step of the guide works as it is printed, against a Git server',
  async () => {
    await using shop = new GitWorkshop();
    const author = shop.sshKey('author');
    const authorized = `${author.publicKey}`;
    await using server = await sshServer(shop, authorized);
    const repository = join(shop.path, 'repositories', 'actions.git');
    shop.run('git', ['init', '--quiet', '--bare', '-b', 'main', repository]);
    for (const end of ['', '.pub'])
      shop.write(`.ssh/id_ed25519${end}`, readFileSync(`${author.file}${end}`, 'utf8'), 0o600);
    const known = shop.write('author_known_hosts', server.hostLine);
    const bin = shop.write(
      'bin/backplane',
      `#!/bin/sh\nexec "${process.execPath}" "${join(checkout, 'core', 'main.ts')}" "$@"\n`,
    );
    chmodSync(bin, 0o755);
    const env: Record<string, string> = {
      ...shop.env,
      PATH: `${dirname(bin)}:${dirname(process.execPath)}:${shop.env['PATH']}`,
      GIT_SSH_COMMAND: `ssh -i ${join(shop.path, '.ssh/id_ed25519')} -o UserKnownHostsFile=${known} -o IdentitiesOnly=yes`,
      ACTIONS_REPO: `ssh://${server.user}@127.0.0.1:${server.port}${repository}`,
      GIT_HOST: '127.0.0.1',
      GIT_PORT: String(server.port),
      ACTIONS_HOOK: 'a long random text',
      GIT_CONFIG_GLOBAL: join(shop.path, 'nothing'),
    };
    let place = shop.path;
    let said = '';
    let host: ChildProcess | undefined;
    try {
      for (const { fails, file, content } of blocks) {
        if (file !== undefined) {
          mkdirSync(dirname(join(place, file)), { recursive: true });
          writeFileSync(join(place, file), content);
        } else if (content.startsWith('backplane start')) {
          // The Git server knows the deploy key, as the guide asks for.
          appendFileSync(join(shop.path, 'authorized-host'), readFileSync(join(place, 'deploy_key.pub'), 'utf8'));
          host = spawn(bin, [...content.trim().split(' ').slice(1), '--port', '0'], { cwd: place, env });
          env['BACKPLANE_URL'] = await urlOf(host);
        } else {
          const ended = await run(content, place, env);
          const isWell = fails ? ended.code !== 0 : ended.code === 0 && !ended.stderr.includes('error');
          expect({ content, isWell, ...ended }).toMatchObject({ isWell: true });
          place = ended.stdout.trimEnd().split('\n').at(-1) || place;
          said += `${ended.stdout}${ended.stderr}`;
          if (process.env['SHOW'] !== undefined) console.log(`${content}---\n${ended.stdout}${ended.stderr}`);
          if (fails) place = join(shop.path, 'host');
        }
      }
      expect(blocks.length).toBeGreaterThan(12);
      expect(said).toContain('{"result":"corp.example"}');
      expect(said).toContain('{"accepted":true}');
      expect(said).toMatch(
        /GIT_COMMIT_FAULTY: lookups\/domain_of\.yaml:12:15: .*\n.*did you mean "core\.transform\.reshape"/,
      );
      expect(said).toMatch(
        /(?:secops: add .*: done|Nothing to do)[\s\S]*in use {5}[\s\S]*secops +current[\s\S]*upgrade +done[\s\S]*downgrade +done/,
      );
    } finally {
      if (host !== undefined) {
        host.kill('SIGTERM');
        await once(host, 'close');
      }
      const postgres = postmasterOf(join(shop.path, 'host', 'data'));
      if (postgres !== 0) process.kill(postgres, 'SIGQUIT');
    }
  },
  120_000,
);

async function urlOf(host: ChildProcess): Promise<string> {
  let said = '';
  for (const stream of [host.stdout!, host.stderr!])
    stream.setEncoding('utf8').on('data', (part: string) => (said += part));
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(/^\{"url".*\}$/m);
  return JSON.parse(/^\{"url".*\}$/m.exec(said)![0]).url;
}

/** The place where a block ends is where the next one begins. */
async function run(commands: string, cwd: string, env: NodeJS.ProcessEnv) {
  const child = spawn('sh', ['-e', '-c', `${commands}\necho\npwd`], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve) => child.once('close', resolve)),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
