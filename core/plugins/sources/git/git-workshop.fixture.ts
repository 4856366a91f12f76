import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silent } from '../../../network/local-server.fixture.ts';
import type { RunnableAction } from '../../../registry/runnable-action.ts';
import { openPluginStore } from '../../store/open-plugin-store.ts';
import type { PluginStore } from '../../store/plugin-store.ts';
import { type CreateGitSourcesOptions, createGitSources } from './create-git-sources.ts';
import type { GitSources } from './git-sources.ts';
import { sourceSchema, sourceSetting } from './source-config.ts';
import type { StateRows } from './source-state.ts';

/** A place with repositories, keys and a data folder, where git reads nothing of the machine. */
export class GitWorkshop implements AsyncDisposable {
  readonly path = mkdtempSync(join(tmpdir(), 'git-workshop-'));
  readonly secrets = new Map<string, string>();
  readonly #open: AsyncDisposable[] = [];

  get env(): Record<string, string> {
    return {
      PATH: process.env['PATH']!,
      HOME: this.path,
      GNUPGHOME: join(this.path, 'gnupg'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_AUTHOR_NAME: 'Ada',
      GIT_AUTHOR_EMAIL: 'ada@example.com',
      GIT_COMMITTER_NAME: 'Ada',
      GIT_COMMITTER_EMAIL: 'ada@example.com',
    };
  }

  run(command: string, args: readonly string[], options: { cwd?: string; env?: object; input?: string } = {}): string {
    const env = { ...this.env, ...options.env } as Record<string, string>;
    const settings = {
      cwd: options.cwd ?? this.path,
      env,
      input: options.input ?? '',
      stdio: ['pipe', 'pipe', 'pipe'] as 'pipe'[],
    };
    return execFileSync(command, [...args], settings)
      .toString()
      .trim();
  }

  write(name: string, text: string, mode = 0o644): string {
    const file = join(this.path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** A repository with a branch `main` that has no commit yet. */
  repository(name = 'repo'): Repository {
    const folder = join(this.path, 'repositories', `${name}.git`);
    mkdirSync(folder, { recursive: true });
    this.run('git', ['init', '--quiet', '-b', 'main', folder]);
    return new Repository(this, folder);
  }

  /** A key pair for ssh; the private part is the secret `secret:keys.<name>`. */
  sshKey(name: string, type = 'ed25519', ...more: string[]): { readonly file: string; readonly publicKey: string } {
    const file = join(this.path, `key-${name}`);
    this.run('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', name, '-f', file, ...more]);
    this.secrets.set(`secret:keys.${name}`, this.run('cat', [file]));
    return { file, publicKey: this.run('cat', [`${file}.pub`]) };
  }

  /** The service with one source `acme`, as if these lines stood in plugins.yaml; `file://` is allowed. */
  async sources(given: object, id = 'acme', more: Partial<CreateGitSourcesOptions> = {}): Promise<GitSources> {
    const parsed = sourceSchema.parse({ id, ...given });
    const position = { file: 'plugins.yaml', line: 1, column: 1 };
    const service = await createGitSources({
      sources: [sourceSetting(parsed, { base: this.path, position, hosts: [] })],
      folder: join(this.path, 'data'),
      store: await this.store(),
      readSecret: async ({ text }) => this.secrets.get(text),
      log: silent,
      allowFile: true,
      ...more,
    });
    this.#open.push(service);
    return service;
  }

  store(): Promise<PluginStore> {
    return openPluginStore(join(this.path, 'store'));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const service of this.#open) await service[Symbol.asyncDispose]();
    this.run('chmod', ['-R', 'u+w', this.path]);
    rmSync(this.path, { recursive: true, force: true });
  }
}

export type Files = Readonly<Record<string, string | null>>;

export class Repository {
  readonly folder: string;
  readonly #shop: GitWorkshop;

  constructor(shop: GitWorkshop, folder: string) {
    this.#shop = shop;
    this.folder = folder;
  }

  get url(): string {
    return `file://${this.folder}`;
  }

  git(...args: string[]): string {
    return this.#shop.run('git', args, { cwd: this.folder });
  }

  /** Writes the files (null: removes) and commits them; gives the commit. */
  commit(files: Files, ...options: string[]): string {
    for (const [name, text] of Object.entries(files)) {
      if (text === null) this.git('rm', '--quiet', '-r', name);
      else this.#shop.write(join(this.folder, name).slice(this.#shop.path.length + 1), text);
    }
    this.git('add', '--all', '--force');
    this.git(...options, 'commit', '--quiet', '--allow-empty', '-m', `change ${Object.keys(files).join(' ')}`);
    return this.git('rev-parse', 'HEAD');
  }

  /** A commit of a tree written row by row, which no working copy could hold: `[mode, path, content]`. */
  commitRows(rows: readonly (readonly [string, string, string])[]): string {
    const entries = rows.map(([mode, name, content]) => {
      const blob =
        mode === '160000'
          ? content
          : this.#shop.run('git', ['hash-object', '-w', '--stdin'], { cwd: this.folder, input: content });
      return { mode, name, blob };
    });
    // A raw tree object: `git mktree` would refuse some of the names.
    const bytes = Buffer.concat(
      entries.flatMap(({ mode, name, blob }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(blob, 'hex')]),
    );
    const file = this.#shop.write('tree.bin', '');
    writeFileSync(file, bytes);
    const tree = this.git('hash-object', '-t', 'tree', '-w', '--literally', file);
    const commit = this.git('commit-tree', '-m', 'by hand', tree);
    this.git('update-ref', 'refs/heads/main', commit);
    return commit;
  }
}

export function manifest(id: string, more: object = {}): string {
  return JSON.stringify({
    id,
    version: '1.0.0',
    host: '^0.1.0',
    sdk: 1,
    entry: './index.ts',
    contributes: { actions: [`tools.${id.replaceAll('-', '_')}.act`] },
    ...more,
  });
}

export function template(name: string, expects = 'text: { type: str }'): string {
  return `type: action
definition:
  name: ${name}
  namespace: tools.acme
  title: ${name}
  display_group: Acme
  expects: { ${expects} }
  steps:
    - { ref: one, action: core.transform.reshape, args: { value: "\${{ inputs.text }}" } }
  returns: "\${{ steps.one.result }}"
`;
}

/** The code an operation is refused with, or what it gave. */
export async function codeOf(operation: Promise<unknown>): Promise<unknown> {
  return operation.catch((error: { code: string }) => error.code ?? error);
}

/** An action that takes anything. */
export function fakeAction(name: string): RunnableAction {
  const info = {
    name,
    kind: 'plugin',
    title: name,
    description: '',
    group: '',
    aliases: [],
    unevaluated: [],
    origin: 'test@1.0.0',
  };
  const more = { effect: 'pure', idempotent: 'always', inputSchema: {}, secrets: [] };
  return { info: { ...info, ...more } as RunnableAction['info'], check: () => [], run: async () => undefined };
}

/** Rows that several services share; `interfere` lets somebody else always be faster. */
export function memoryRows(): StateRows & { interfere: boolean } {
  const rows = new Map<string, { serial: number; state: object }>();
  return {
    interfere: false,
    sourceState: async (source) => rows.get(source),
    async replaceSourceState(source, expected, state) {
      if (this.interfere || (rows.get(source)?.serial ?? 0) !== expected) return false;
      rows.set(source, { serial: expected + 1, state });
      return true;
    },
  };
}
