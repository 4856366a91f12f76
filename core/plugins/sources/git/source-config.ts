import { resolve } from 'node:path';
import type { Position } from '@backplane/sdk';
import { z } from 'zod';
import { readSecretReference, type SecretReference } from './secret-reference.ts';
import { hostAllowed, readSourceUrl, type SourceUrl } from './source-url.ts';

export const SOURCE_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const REF = /^(?!-)(?!.*(?:\.\.|@\{|\/\/|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]+$/u;
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const reference = z
  .string()
  .transform((text, context): SecretReference => {
    const found = readSecretReference(text);
    if (found !== undefined) return found;
    context.addIssue({
      code: 'custom',
      message: 'expected `secret:<name>.<key>`, `env:<NAME>` or `file:<path>`, never the secret itself',
    });
    return z.NEVER;
  })
  .describe('`secret:<name>.<key>`, `env:<NAME>` or `file:<path>`; never the secret itself.');

const duration = z
  .string()
  .regex(/^[1-9][0-9]{0,4}[smhd]$/, 'expected a time such as `30s`, `10m`, `2h` or `1d`')
  .transform((text) => Number(text.slice(0, -1)) * UNITS[text.at(-1) as keyof typeof UNITS]);

const auth = z.strictObject({
  sshKey: reference.optional().describe('A private key without passphrase, for ssh.'),
  knownHosts: z.string().optional().describe('File with the host keys that are believed; needed for ssh.'),
  token: reference.optional().describe('An access token, for https.'),
  basic: z
    .strictObject({ user: z.string().min(1), password: reference })
    .optional()
    .describe('User name and password, for https.'),
});

/** One entry of `sources` in `config/plugins.yaml`. */
export const sourceSchema = z
  .strictObject({
    id: z.string().regex(SOURCE_ID, 'an id has lower-case letters, digits and single dashes'),
    git: z.string().describe('Address of the repository: https or ssh, without credentials.'),
    ref: z
      .string()
      .regex(REF, 'expected a branch, a tag or a commit')
      .default('refs/heads/main')
      .describe(
        'Branch (`refs/heads/main`), tag (`refs/tags/v1`) or whole commit; a short name when only one of them has it.',
      ),
    subdir: z
      .string()
      .regex(/^(?![/\\-])(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\p{Cc}]*$/u, 'expected a path inside the repository')
      .transform((text) => text.replace(/\/+$/, ''))
      .default('')
      .describe('Only what lies below this folder is used.'),
    folders: z
      .array(
        z
          .string()
          .regex(/^(?![/\\-])(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\p{Cc}]+$/u, 'expected a path inside the repository')
          .transform((text) => text.replace(/\/+$/, '')),
      )
      .default([])
      .describe('Only what lies in these folders, themselves below `subdir`, is used. Empty: everything.'),
    auth: auth.prefault({}).describe('How the host shows who it is.'),
    ca: z
      .string()
      .optional()
      .describe('File with the certificate authority of the server (PEM), besides the usual ones.'),
    require: z
      .strictObject({
        signedBy: z
          .union([z.string(), z.array(z.string()).min(1)])
          .optional()
          .describe('Files with who may sign: allowed_signers of SSH, or public keys of GPG.'),
        revoked: z.string().optional().describe('File with revoked SSH keys, one public key a line.'),
        scope: z
          .enum(['commit', 'tag', 'none'])
          .optional()
          .describe(
            'What must be signed: each commit that is used, or the tag that names it. With `signedBy`: commit.',
          ),
      })
      .prefault({})
      .describe('What a commit must prove.'),
    sync: z
      .strictObject({
        every: duration
          .optional()
          .describe('How often the repository is asked, such as `10m`. Absent: only when told to.'),
        webhook: reference.optional().describe('Secret of the calls of the Git server. Absent: they are refused.'),
        promote: z
          .enum(['manual', 'auto'])
          .default('manual')
          .describe('Whether a new commit waits for a person. Wider capabilities and breaking changes always wait.'),
      })
      .prefault({})
      .describe('When new commits come over, and who lets them in.'),
    limits: z
      .strictObject({
        megabytes: z.number().positive().default(200).describe('Of the repository, and of one commit.'),
        files: z.int().min(1).default(20_000).describe('Of one commit.'),
        seconds: z.number().positive().default(120).describe('One attempt to bring it over.'),
      })
      .prefault({})
      .describe('Beyond them a sync is ended.'),
  })
  .superRefine((source, context) => {
    const wrong = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const url = readSourceUrl(source.git, { allowFile: true });
    if (typeof url === 'string') return wrong(['git'], url);
    const { sshKey, knownHosts, token, basic } = source.auth;
    if (url.scheme === 'ssh') {
      if (sshKey === undefined) wrong(['auth'], 'an ssh address needs `sshKey`');
      if (knownHosts === undefined)
        wrong(['auth'], 'an ssh address needs `knownHosts`: host keys are never believed at first sight');
      if (token !== undefined) wrong(['auth', 'token'], 'is for https; this address is ssh');
      if (basic !== undefined) wrong(['auth', 'basic'], 'is for https; this address is ssh');
    } else {
      if (sshKey !== undefined) wrong(['auth', 'sshKey'], 'is for ssh; this address is https');
      if (token !== undefined && basic !== undefined) wrong(['auth', 'basic'], 'give either `token` or `basic`');
    }
    const { signedBy, scope } = source.require;
    if (signedBy === undefined && scope !== undefined && scope !== 'none')
      wrong(['require'], `\`scope: ${scope}\` needs \`signedBy\``);
    if (scope === 'tag' && source.ref.startsWith('refs/heads/'))
      wrong(['ref'], '`scope: tag` needs a `ref` that is a tag');
    if (source.sync.promote === 'auto' && signedBy !== undefined && scope === 'none')
      wrong(['require', 'scope'], '`signedBy` with `scope: none` would promote commits that nobody checked');
  });

/** A source as the host works with it; files are absolute paths. */
export interface GitSourceSetting {
  readonly id: string;
  readonly url: SourceUrl;
  readonly ref: string;
  readonly subdir: string;
  /** Below `subdir`; empty: everything. */
  readonly folders: readonly string[];
  readonly auth: {
    readonly sshKey?: SecretReference;
    readonly knownHosts?: string;
    readonly token?: SecretReference;
    readonly basic?: { readonly user: string; readonly password: SecretReference };
  };
  readonly ca?: string;
  readonly require: {
    readonly signedBy: readonly string[];
    readonly revoked?: string;
    readonly scope: 'commit' | 'tag' | 'none';
  };
  readonly sync: { readonly everyMs?: number; readonly webhook?: SecretReference; readonly promote: 'manual' | 'auto' };
  readonly limits: { readonly bytes: number; readonly files: number; readonly ms: number };
  readonly position: Position;
}

export interface SourceSurroundings extends SourceRules {
  /** Folder at which relative paths start. */
  readonly base: string;
  readonly position: Position;
}

export interface SourceRules {
  /** Hosts that may be asked; empty: any. */
  readonly hosts: readonly string[];
  /** For tests: lets `file://` pass. */
  readonly allowFile?: boolean;
}

/** What is wrong with the address under the rules of the whole file. */
export function addressProblem(git: string, { hosts, allowFile = false }: SourceRules): string | undefined {
  const url = readSourceUrl(git, { allowFile });
  if (typeof url === 'string') return url;
  if (hosts.length === 0 || url.scheme === 'file' || hostAllowed(url.host, hosts)) return undefined;
  return `the host ${url.host} is not among \`sourceHosts\` (${hosts.join(', ')})`;
}

/** The address must have passed {@link addressProblem}. */
export function sourceSetting(
  given: z.output<typeof sourceSchema>,
  { base, position }: SourceSurroundings,
): GitSourceSetting {
  const { signedBy = [], revoked, scope } = given.require;
  const { every, webhook, promote } = given.sync;
  const { sshKey, knownHosts, token, basic } = given.auth;
  const signers = typeof signedBy === 'string' ? [signedBy] : signedBy;
  return {
    id: given.id,
    url: readSourceUrl(given.git, { allowFile: true }) as SourceUrl,
    ref: given.ref,
    subdir: given.subdir,
    folders: given.folders,
    auth: {
      ...(sshKey !== undefined && { sshKey }),
      ...(knownHosts !== undefined && { knownHosts: resolve(base, knownHosts) }),
      ...(token !== undefined && { token }),
      ...(basic !== undefined && { basic }),
    },
    ...(given.ca !== undefined && { ca: resolve(base, given.ca) }),
    require: {
      signedBy: signers.map((file) => resolve(base, file)),
      ...(revoked !== undefined && { revoked: resolve(base, revoked) }),
      scope: scope ?? (signers.length === 0 ? 'none' : 'commit'),
    },
    sync: { promote, ...(every !== undefined && { everyMs: every }), ...(webhook !== undefined && { webhook }) },
    limits: { bytes: given.limits.megabytes * 1_000_000, files: given.limits.files, ms: given.limits.seconds * 1000 },
    position,
  };
}
