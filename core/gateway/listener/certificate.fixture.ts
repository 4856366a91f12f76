import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** A folder with an authority and what it has signed, as PEM files. */
export interface TestAuthority extends Disposable {
  readonly folder: string;
  readonly authority: string;
  /** `as`: name of the files; the same again replaces them. */
  sign(host: string, as?: string): TestCertificate;
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });

export function createAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
  const file = (name: string) => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...curve, '-keyout', file('ca.key'), '-out', file('ca.pem'), '-days', '2', '-subj', '/CN=ca');
  return {
    folder,
    authority: file('ca.pem'),
    sign(host, as = host) {
      const made = { certificate: file(`${as}.pem`), key: file(`${as}.key`) };
      openssl('req', ...curve, '-keyout', made.key, '-out', file(`${as}.csr`), '-subj', `/CN=${host}`);
      writeFileSync(file(`${as}.ext`), `subjectAltName=DNS:${host}\n`);
      openssl(
        ...['x509', '-req', '-in', file(`${as}.csr`), '-CA', file('ca.pem'), '-CAkey', file('ca.key')],
        ...['-CAcreateserial', '-days', '2', '-extfile', file(`${as}.ext`), '-out', made.certificate],
      );
      return made;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function pem(file: string): string {
  return readFileSync(file, 'utf8');
}
