import { createHash } from 'node:crypto';

const MAGIC = 'SSHSIG';
const ARMOUR = /-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\s]+?)-----END SSH SIGNATURE-----/;

/** `SHA256:…` of a public key in its wire form, as `ssh-keygen -l` shows it. */
export function keyFingerprint(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The key that an SSH signature claims to be made with. Tells nothing about whether the signature is good. */
export function signingKey(signed: string): string | undefined {
  const body = ARMOUR.exec(signed)?.[1];
  if (body === undefined) return undefined;
  const bytes = Buffer.from(body, 'base64');
  const start = MAGIC.length + 8;
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC || bytes.length < start) return undefined;
  const length = bytes.readUInt32BE(MAGIC.length + 4);
  return length > bytes.length - start ? undefined : keyFingerprint(bytes.subarray(start, start + length));
}

/** The signature in the header of a commit object; text in its message that looks like one is none. */
export function signatureOf(commit: string): string | undefined {
  const header = commit.slice(0, Math.max(0, commit.indexOf('\n\n')) || undefined);
  const [, first] = /^gpgsig(?:-sha256)? (.*(?:\n .*)*)$/m.exec(header) ?? [];
  return first?.replaceAll('\n ', '\n').concat('\n');
}
