const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
].join(',');

/** What ssh works with here: this key only, these host keys only, nothing of the user or the machine. */
export function sshConfigText(keyFile: string, knownHostsFile: string): string {
  const settings: Record<string, string> = {
    BatchMode: 'yes',
    IdentityFile: path(keyFile),
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    UserKnownHostsFile: path(knownHostsFile),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    VerifyHostKeyDNS: 'no',
    HostKeyAlgorithms: ALGORITHMS,
    PubkeyAcceptedAlgorithms: ALGORITHMS,
    RequiredRSASize: '2048',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    ControlMaster: 'no',
    ControlPath: 'none',
    ProxyCommand: 'none',
    CanonicalizeHostname: 'no',
    ConnectTimeout: '15',
    ServerAliveInterval: '5',
    ServerAliveCountMax: '3',
    // Only this level names the host key that was shown; its lines never reach a message as they are.
    LogLevel: 'DEBUG1',
  };
  return `Host *\n${Object.entries(settings)
    .map(([key, value]) => `  ${key} ${value}\n`)
    .join('')}`;
}

/** ssh expands `%` and splits at spaces. */
function path(file: string): string {
  return `"${file.replaceAll('%', '%%')}"`;
}
