import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Log } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { TlsOptions } from './listener-options.ts';

interface Loaded {
  readonly own: X509Certificate;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** Callers choose the names that they ask for. */
const MOST_NAMES = 1_024;

/** The certificates of a listener, by the name that a caller asks for; read again when their files have changed. */
export class Certificates {
  readonly #options: TlsOptions;
  readonly #log: Log;
  #loaded: readonly Loaded[] = [];
  #byName = new Map<string, SecureContext>();
  #state = '';

  private constructor(options: TlsOptions, log: Log) {
    this.#options = options;
    this.#log = log;
  }

  /** Rejects with GATEWAY_CERTIFICATE_INVALID. */
  static async load(options: TlsOptions, log: Log): Promise<Certificates> {
    const certificates = new Certificates(options, log);
    certificates.#state = await certificates.#stateOfFiles();
    await certificates.#load();
    return certificates;
  }

  /** What callers get that name no host. */
  get defaults(): SecureContextOptions {
    return this.#loaded[0]!.options;
  }

  contextFor(name: string): SecureContext {
    const asked = name.toLowerCase();
    const known = this.#byName.get(asked);
    if (known !== undefined) return known;
    const { context } = this.#loaded.find(({ own }) => own.checkHost(asked) !== undefined) ?? this.#loaded[0]!;
    if (this.#byName.size < MOST_NAMES) this.#byName.set(asked, context);
    return context;
  }

  /** True when files had changed and are served now. Files that are no certificates leave everything as it was. */
  async refresh(): Promise<boolean> {
    const state = await this.#stateOfFiles();
    if (state === this.#state) return false;
    this.#state = state;
    try {
      await this.#load();
      this.#log.info('certificates of the gateway were read again');
      return true;
    } catch (problem) {
      this.#log.error('changed certificates of the gateway are not served', { problem: String(problem) });
      return false;
    }
  }

  async #load(): Promise<void> {
    const { certificates, clients, minVersion = 'TLSv1.2' } = this.#options;
    const authority = clients && (await readPem(clients.authority));
    const loaded: Loaded[] = [];
    for (const { certificate, key } of certificates) {
      const [cert, secret] = await Promise.all([readPem(certificate), readPem(key)]);
      try {
        const options = { cert, key: secret, minVersion, ...(authority !== undefined && { ca: authority }) };
        loaded.push({ own: new X509Certificate(cert), options, context: createSecureContext(options) });
      } catch (cause) {
        throw raise.GATEWAY_CERTIFICATE_INVALID({ file: certificate, cause: codeOf(cause) });
      }
    }
    this.#loaded = loaded;
    this.#byName = new Map();
  }

  async #stateOfFiles(): Promise<string> {
    const { certificates, clients } = this.#options;
    const files = [
      ...certificates.flatMap(({ certificate, key }) => [certificate, key]),
      clients?.authority ?? [],
    ].flat();
    const states = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ mtimeMs, size, ino }) => `${mtimeMs}/${size}/${ino}`,
          () => 'gone',
        ),
      ),
    );
    return states.join(' ');
  }
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw raise.GATEWAY_CERTIFICATE_INVALID({ file, cause: codeOf(cause) });
  }
}

/** Messages of OpenSSL may quote what they could not read; codes do not. */
function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'it cannot be read';
}
