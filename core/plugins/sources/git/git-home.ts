import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { raise } from '../../../errors/catalogue.ts';
import { gitConfigText } from './git-config-text.ts';
import { namedFile } from './named-file.ts';
import type { SecretReference } from './secret-reference.ts';
import { openSigners, type Signers } from './signature/signers.ts';
import type { GitSourceSetting } from './source-config.ts';
import { sshConfigText } from './ssh-config-text.ts';
import { placeSshKey, type SshKeyName } from './ssh-key.ts';

/** Undefined: not set. */
export type ReadSecret = (reference: SecretReference) => Promise<string | undefined>;

/** A private folder with all that git may know while it works for one source. Disposing removes it, keys included. */
export interface GitHome extends AsyncDisposable {
  readonly folder: string;
  /** The whole environment of git. */
  readonly env: Readonly<Record<string, string>>;
  readonly key?: SshKeyName;
  readonly signers: Signers;
  /** Takes the secrets of the source, in any form they were sent in, and the paths of this folder out of a text. */
  redact(text: string): string;
}

export interface GitHomeOptions {
  /** Where the private folder is made. What an ended process left there may be removed. */
  readonly workFolder: string;
  readonly readSecret: ReadSecret;
  /** For tests: lets `file://` pass. */
  readonly allowFile?: boolean;
}

/** Throws GIT_SECRET_MISSING, GIT_SSH_KEY_INVALID, GIT_FILE_UNREADABLE, GIT_TOOL_MISSING. */
export async function openGitHome(setting: GitSourceSetting, options: GitHomeOptions): Promise<GitHome> {
  await mkdir(options.workFolder, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(options.workFolder, 'git-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    return { ...(await furnish(folder, setting, options)), [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function furnish(folder: string, setting: GitSourceSetting, options: GitHomeOptions) {
  const hidden: string[] = [];
  const nothing = join(folder, 'nothing');
  const gnupg = join(folder, 'gnupg');
  await Promise.all([nothing, gnupg].map((path) => mkdir(path, { mode: 0o700 })));
  const configFile = join(folder, 'gitconfig');
  const env = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: nothing,
    XDG_CONFIG_HOME: nothing,
    TMPDIR: folder,
    LC_ALL: 'C',
    TZ: 'UTC',
    GNUPGHOME: gnupg,
    GIT_CONFIG_GLOBAL: configFile,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
  const take = async (where: string, reference: SecretReference) => {
    const value = await options.readSecret(reference);
    if (value === undefined || value.trim() === '')
      throw raise.GIT_SECRET_MISSING({ source: setting.id, setting: where, reference: reference.text });
    hidden.push(value, value.trim());
    return value.trim();
  };
  const ssh = setting.url.scheme === 'ssh' ? await furnishSsh(folder, setting, { env, take }) : undefined;
  const header = await headerOf(setting, take);
  if (header !== undefined) hidden.push(header.text, header.text.split(' ').at(-1)!);
  const caFile = await authorityFile(folder, setting);
  const signers = await openSigners(setting, { folder, env });
  const schemes = options.allowFile === true ? ['https', 'ssh', 'file'] : ['https', 'ssh'];
  const text = gitConfigText({
    // Later than the limit of the command, so that it is the limit that is told.
    silentSeconds: Math.min(20, Math.ceil(setting.limits.ms / 1000) + 2),
    schemes,
    nothing,
    ...(ssh !== undefined && { sshCommand: ssh.command }),
    ...(header !== undefined && { header }),
    ...(caFile !== undefined && { caFile }),
    ...(signers.allowedSignersFile !== undefined && { allowedSigners: signers.allowedSignersFile }),
    ...(signers.revokedFile !== undefined && { revoked: signers.revokedFile }),
  });
  await writeFile(configFile, text, { mode: 0o600 });
  const redact = (shown: string) =>
    [...hidden.toSorted((a, b) => b.length - a.length)]
      .reduce((rest, secret) => rest.replaceAll(secret, '***'), shown)
      .replaceAll(folder, '…');
  return { folder, env, signers, redact, ...(ssh !== undefined && { key: ssh.key }) };
}

type Take = (where: string, reference: SecretReference) => Promise<string>;

async function furnishSsh(
  folder: string,
  setting: GitSourceSetting,
  { env, take }: { readonly env: Readonly<Record<string, string>>; readonly take: Take },
) {
  const { id: source, auth } = setting;
  const key = await placeSshKey(source, await take('auth.sshKey', auth.sshKey!), { folder, env });
  const knownHosts = join(folder, 'known_hosts');
  await writeFile(knownHosts, await namedFile(setting.id, 'auth.knownHosts', auth.knownHosts!), { mode: 0o600 });
  const config = join(folder, 'ssh_config');
  await writeFile(config, sshConfigText(key.file, knownHosts), { mode: 0o600 });
  return {
    key: { type: key.type, fingerprint: key.fingerprint },
    command: `ssh -F '${config.replaceAll("'", `'\\''`)}'`,
  };
}

async function headerOf({ id: source, url, auth }: GitSourceSetting, take: Take) {
  const given =
    auth.token !== undefined
      ? { user: 'x-access-token', password: await take('auth.token', auth.token) }
      : auth.basic !== undefined
        ? { user: auth.basic.user, password: await take('auth.basic.password', auth.basic.password) }
        : undefined;
  if (given === undefined) return undefined;
  if (/[\u0000-\u001f]/.test(given.password) || given.user.includes(':')) {
    const problem = 'the credential has a character that cannot be sent';
    throw raise.GIT_LOGIN_REFUSED({ source, host: url.host, how: problem });
  }
  const pair = Buffer.from(`${given.user}:${given.password}`).toString('base64');
  return { origin: `${new URL(url.text).origin}/`, text: `Authorization: Basic ${pair}` };
}

async function authorityFile(folder: string, { id, ca }: GitSourceSetting): Promise<string | undefined> {
  if (ca === undefined) return undefined;
  const own = await namedFile(id, 'ca', ca);
  const file = join(folder, 'ca.pem');
  await writeFile(file, [...getCACertificates('default'), own].join('\n'));
  return file;
}
