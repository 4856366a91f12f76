import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** A setting of the source, or a file that it names. */
function config<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 400, blame: 'config', retry: 'after-fix', message, remedy };
}

function credential<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 502, blame: 'credential', retry: 'after-fix', message, remedy };
}

function upstream<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 502, blame: 'upstream', retry: 'later', message, remedy };
}

/** What the repository holds: it stays refused until somebody commits something else. */
function policy<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 409, blame: 'policy', retry: 'after-fix', message, remedy };
}

/** What a call asks of a source. */
function input<D>(status: number, message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status, blame: 'input', retry: 'after-fix', message, remedy };
}

const short = (commit: string) => commit.slice(0, 12);
const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean \`${name}\`?`);
type Source = { readonly source: string };
type Commit = Source & { readonly commit: string };
type Signed = Commit & { readonly key: string };

export const pluginGitErrors = {
  GIT_SOURCE_NOT_FOUND: input(
    404,
    (d: Source & { didYouMean?: string }) => `There is no source \`${d.source}\`.${hint(d.didYouMean)}`,
    'Use an id that stands under `sources` in config/plugins.yaml.',
  ),
  GIT_TOOL_MISSING: {
    status: 500,
    blame: 'host',
    retry: 'after-fix',
    message: (d: Source & { tool: string; problem: string }) =>
      `The source \`${d.source}\` needs \`${d.tool}\`, which ${d.problem}.`,
    remedy: 'Install git 2.34 or newer, for ssh also OpenSSH (ssh, ssh-keygen), for signatures by GPG also gnupg.',
  },
  GIT_FILE_UNREADABLE: config(
    (d: Source & { setting: string; file: string; problem: string }) =>
      `\`${d.setting}\` of the source \`${d.source}\` names ${d.file}, which ${d.problem}.`,
    'Correct the path in config/plugins.yaml (relative ones start at the folder above `config`), or the file.',
  ),
  GIT_SECRET_MISSING: credential(
    (d: Source & { setting: string; reference: string }) =>
      `\`${d.setting}\` of the source \`${d.source}\` refers to \`${d.reference}\`, which is not set.`,
    'Set the secret or the environment variable, or correct the reference.',
  ),
  GIT_SSH_KEY_INVALID: credential(
    (d: Source & { problem: string }) => `The SSH key of the source \`${d.source}\` ${d.problem}.`,
    'Give a private key without passphrase: ed25519, ecdsa, or rsa of at least 2048 bits (`ssh-keygen -t ed25519 -N ""`).',
  ),
  GIT_SSH_KEY_REFUSED: credential(
    (d: Source & { host: string; user: string; type: string; fingerprint: string }) =>
      `${d.host} does not let the ${d.type} key ${d.fingerprint} in as \`${d.user}\` (source \`${d.source}\`).`,
    'Register the public part of exactly this key as a deploy key of the repository, or give the key that is registered.',
  ),
  GIT_HOST_KEY_REFUSED: credential(
    (d: Source & { host: string; type: string; fingerprint: string; problem: string }) =>
      `${d.host} shows the ${d.type} host key ${d.fingerprint}, which ${d.problem} (source \`${d.source}\`).`,
    'Ask whoever runs the server for its fingerprint over another way. Only when it is this one, put the key into the `knownHosts` file.',
  ),
  GIT_LOGIN_REFUSED: credential(
    (d: Source & { host: string; how: string }) => `${d.host} refuses the source \`${d.source}\`: ${d.how}.`,
    'Check that the token is not expired and may read this repository.',
  ),
  GIT_REPOSITORY_NOT_FOUND: config(
    (d: Source & { url: string }) =>
      `There is no repository at ${d.url} (source \`${d.source}\`), or it may not be seen.`,
    'Correct the address; many servers say this also when the credential may not read the repository.',
  ),
  GIT_REDIRECT_REFUSED: config(
    (d: Source & { url: string }) => `${d.url} redirects elsewhere, which is not followed (source \`${d.source}\`).`,
    'Write the final address of the repository into config/plugins.yaml.',
  ),
  GIT_UNREACHABLE: upstream(
    (d: Source & { url: string; problem: string }) =>
      `${d.url} cannot be reached: ${d.problem} (source \`${d.source}\`).`,
    'Check the address, the network and the certificate of the server. What is in use stays in use.',
  ),
  GIT_TIMEOUT: upstream(
    (d: Source & { limitMs: number }) =>
      `The source \`${d.source}\` was not brought over within ${d.limitMs / 1000} s; the attempt was ended.`,
    'Try again; if it stays, look at the server, or raise `limits.seconds` of the source.',
  ),
  GIT_TOO_LARGE: policy(
    (d: Source & { what: string; limit: string }) =>
      `The source \`${d.source}\` has ${d.what}; at most ${d.limit} is allowed.`,
    'Keep large files out of the repository, name a `subdir`, or raise `limits` of the source.',
  ),
  GIT_REF_NOT_FOUND: config(
    (d: Source & { ref: string; problem: string; didYouMean?: string }) =>
      `\`${d.ref}\` of the source \`${d.source}\` ${d.problem}.${hint(d.didYouMean)}`,
    'Name a branch (`refs/heads/main`), a tag (`refs/tags/v1`) or a whole commit that the server has.',
  ),
  GIT_REPOSITORY_BROKEN: policy(
    (d: Source & { problem: string }) => `What the server of the source \`${d.source}\` sent is refused: ${d.problem}`,
    'Run `git fsck --strict` in the repository; somebody may also have tampered with it.',
  ),
  GIT_TREE_REFUSED: policy(
    (d: Commit & { path: string; problem: string }) =>
      `Commit ${short(d.commit)} of the source \`${d.source}\` is refused: \`${d.path}\` ${d.problem}.`,
    'Remove or rename it in the repository: plain files with plain names only, no links, submodules or LFS.',
  ),
  GIT_SUBDIR_MISSING: config(
    (d: Commit & { subdir: string }) =>
      `Commit ${short(d.commit)} of the source \`${d.source}\` has no folder \`${d.subdir}\`.`,
    'Correct `subdir` of the source.',
  ),
  GIT_COMMIT_UNSIGNED: policy(
    (d: Commit & { what: string }) => `The ${d.what} ${short(d.commit)} of the source \`${d.source}\` is not signed.`,
    'Sign it (`git commit -S`, `git tag -s`) with a key that `signedBy` names.',
  ),
  GIT_SIGNATURE_BAD: policy(
    (d: Commit & { what: string }) =>
      `The signature of the ${d.what} ${short(d.commit)} of the source \`${d.source}\` does not fit what it signs.`,
    'Somebody changed it after it was signed: find out who before you sign it again.',
  ),
  GIT_SIGNATURE_EXPIRED: policy(
    (d: Signed) =>
      `The key ${d.key} that signed ${short(d.commit)} of the source \`${d.source}\` was not valid at that time, or no longer is.`,
    'Sign with a key that is valid, or prolong the key in the file that `signedBy` names.',
  ),
  GIT_SIGNATURE_REVOKED: policy(
    (d: Signed) => `The key ${d.key} that signed ${short(d.commit)} of the source \`${d.source}\` is revoked.`,
    'Do not use this commit; sign what is right with another key.',
  ),
  GIT_SIGNER_UNKNOWN: policy(
    (d: Signed) =>
      `${short(d.commit)} of the source \`${d.source}\` is signed by ${d.key}, which \`signedBy\` does not name.`,
    'Only when you know whose key it is, add it to the file that `signedBy` names.',
  ),
  GIT_TAG_INVALID: policy(
    (d: Commit & { ref: string; problem: string }) =>
      `The source \`${d.source}\` wants signed tags, but \`${d.ref}\` ${d.problem}.`,
    'Let `ref` name a signed, annotated tag (`git tag -s`), or ask for signed commits (`scope: commit`).',
  ),
  GIT_COMMIT_FAULTY: policy(
    (d: Commit & { problems: readonly string[] }) =>
      `Commit ${short(d.commit)} of the source \`${d.source}\` cannot be used:\n${d.problems.map((line) => `  ${line}`).join('\n')}`,
    'Correct it in the repository and push again. Until then what is in use stays in use.',
  ),
  GIT_NAME_TAKEN: policy(
    (d: { name: string; owner: string }) => `\`${d.name}\` is already brought by ${d.owner}`,
    'Choose another name or namespace, or take the other one out first.',
  ),
  GIT_SOURCE_MOVED: {
    status: 409,
    blame: 'host',
    retry: 'later',
    message: (d: Source) => `Somebody else changed the source \`${d.source}\` at the same time; nothing was done.`,
    remedy: 'Look at the source again, then decide.',
  },
  GIT_COMMIT_UNKNOWN: input(
    404,
    (d: Commit) => `The source \`${d.source}\` has not fetched a commit \`${d.commit}\`.`,
    'Use the commit of the status, or one that was current before, with at least seven digits.',
  ),
  GIT_NOTHING_TO_PROMOTE: input(
    409,
    (d: Source) => `The source \`${d.source}\` has no commit that waits.`,
    'Sync the source first; its status tells what is in use.',
  ),
  GIT_NOTHING_BEFORE: input(
    409,
    (d: Source) => `The source \`${d.source}\` has no commit before the current one to go back to.`,
    'Promote the commit that you want by its digits.',
  ),
  GIT_SOURCE_EMPTY: input(
    409,
    (d: Source) => `No commit of the source \`${d.source}\` is in use yet.`,
    'Sync the source, look at what it brings, and promote it.',
  ),
  GIT_CONTENT_CLASH: policy(
    (d: Commit & { name: string; places: readonly string[] }) =>
      `Commit ${short(d.commit)} of the source \`${d.source}\` has \`${d.name}\` more than once: ${d.places.join(', ')}.`,
    'Rename all but one of them.',
  ),
  GIT_WEBHOOK_REFUSED: {
    status: 401,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: Source & { problem: string }) => `The call for the source \`${d.source}\` is refused: ${d.problem}.`,
    remedy: 'Give the Git server the secret that `sync.webhook` of the source refers to.',
  },
} as const satisfies ErrorCatalogue;
