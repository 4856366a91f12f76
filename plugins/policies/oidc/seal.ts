import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Text that only this gateway can read or make: AES-256-GCM. `purpose` keeps one kind of cookie from standing in for another. */
export interface Seal {
  close(text: string, purpose: string): string;
  /** Undefined for what was not sealed with one of the secrets, or for another purpose. */
  open(sealed: string, purpose: string): string | undefined;
}

const IV = 12;
const TAG = 16;

export function createSeal(secrets: readonly string[]): Seal {
  const keys = secrets.map((secret) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'backplane gateway oidc cookie', 32)),
  );
  return {
    close(text, purpose) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv('aes-256-gcm', keys[0]!, iv).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url');
    },
    open(sealed, purpose) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < IV + TAG) return undefined;
      for (const key of keys) {
        try {
          const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG });
          cipher.setAAD(Buffer.from(purpose)).setAuthTag(bytes.subarray(-TAG));
          return Buffer.concat([cipher.update(bytes.subarray(IV, -TAG)), cipher.final()]).toString('utf8');
        } catch {
          // Of another key, or of nobody.
        }
      }
      return undefined;
    },
  };
}
