export interface GitConfigParts {
  readonly schemes: readonly string[];
  /** An empty folder. */
  readonly nothing: string;
  readonly sshCommand?: string;
  /** After so many seconds without a byte the helpers of git end, which the end of git itself does not end. */
  readonly silentSeconds: number;
  /** Sent to this origin only (`https://git.example.com:8443/`). */
  readonly header?: { readonly origin: string; readonly text: string };
  readonly caFile?: string;
  readonly allowedSigners?: string;
  readonly revoked?: string;
}

/**
 * The whole configuration that git works with here. Nothing of the machine, the user or the repository is read besides, so that no
 * repository makes the host run a program (hooks, filters, monitors, helpers), follow a link, or speak another protocol.
 */
export function gitConfigText(parts: GitConfigParts): string {
  const { nothing, header, sshCommand, caFile, allowedSigners, revoked } = parts;
  const sections: [string, Record<string, string | undefined>][] = [
    [
      'core',
      {
        hooksPath: nothing,
        fsmonitor: 'false',
        symlinks: 'false',
        protectHFS: 'true',
        protectNTFS: 'true',
        autocrlf: 'false',
        attributesFile: '/dev/null',
        excludesFile: '/dev/null',
        sshCommand: sshCommand ?? 'false',
        askPass: '',
      },
    ],
    ['init', { templateDir: nothing, defaultBranch: 'main' }],
    ['protocol', { allow: 'never', version: '2' }],
    ...parts.schemes.map((scheme): [string, Record<string, string>] => [`protocol "${scheme}"`, { allow: 'always' }]),
    [
      'http',
      {
        followRedirects: 'false',
        lowSpeedLimit: '1',
        lowSpeedTime: String(parts.silentSeconds),
        sslVerify: 'true',
        sslCAInfo: caFile,
      },
    ],
    ...(header === undefined
      ? []
      : [[`http "${header.origin}"`, { extraHeader: header.text }] as [string, Record<string, string>]]),
    ['credential', { helper: '' }],
    ['transfer', { fsckObjects: 'true', advertiseSID: 'false' }],
    ['fetch', { recurseSubmodules: 'false', fsckObjects: 'true', writeCommitGraph: 'false' }],
    // Old tools wrote these; they lead nowhere.
    ['fetch "fsck"', { zeroPaddedFilemode: 'ignore', badTimezone: 'ignore', missingSpaceBeforeDate: 'ignore' }],
    ['submodule', { recurse: 'false' }],
    ['gc', { auto: '0' }],
    ['maintenance', { auto: 'false' }],
    ['safe', { directory: '*', bareRepository: 'all' }],
    // A signature counts only when the key is one of those that may sign: then the exit code alone says so, too.
    ['gpg', { minTrustLevel: 'fully' }],
    ['gpg "ssh"', { allowedSignersFile: allowedSigners, revocationFile: revoked }],
  ];
  return sections.map(([name, values]) => `[${name}]\n${lines(values)}`).join('');
}

function lines(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([key, value]) => `\t${key} = ${quoted(value)}\n`)
    .join('');
}

function quoted(value: string): string {
  if (/[\u0000-\u001f]/.test(value)) throw new TypeError('a value of the Git configuration has a control character');
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
