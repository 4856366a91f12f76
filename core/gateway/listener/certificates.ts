import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext, type SecureContextOptions, type Server } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import { raise } from '../../errors/catalogue.ts';
import type { TlsOptions } from './listener-options.ts';

/** What the PEM files of one address say. Plain data: it goes to the workers as it is. */
export interface PemTexts {
  readonly certificates: readonly { readonly file: string; readonly certificate: string; readonly key: string }[];
  /** Of callers. */
  readonly authority?: string;
}

interface Loaded {
  readonly own: X509Certificate;
  readonly options: SecureContextOptions;
  readonly context: SecureContext;
}

/** Callers choose the names that they ask for. */
const MOST_NAMES = 1_024;

/** The certificates of a listener, by the name that a caller asks for. */
export class Certificates {
  readonly #minVersion: TlsOptions['minVersion'];
  #texts: PemTexts;
  #loaded: readonly Loaded[];
  #byName = new Map<string, SecureContext>();
  #server: Server | undefined;

  /** Throws GATEWAY_CERTIFICATE_INVALID. */
  constructor(texts: PemTexts, minVersion: TlsOptions['minVersion']) {
    this.#minVersion = minVersion;
    this.#texts = texts;
    this.#loaded = load(texts, minVersion);
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

  /** Whose callers without a name get the first one, whatever that is by then. */
  serve(server: Server): void {
    this.#server = server;
  }

  /** For handshakes from now on; connections that are open stay. Throws GATEWAY_CERTIFICATE_INVALID and changes nothing then. */
  replace(texts: PemTexts): void {
    if (isDeepStrictEqual(texts, this.#texts)) return;
    this.#loaded = load(texts, this.#minVersion);
    this.#texts = texts;
    this.#byName = new Map();
    this.#server?.setSecureContext(this.defaults);
  }
}

function load({ certificates, authority }: PemTexts, minVersion: TlsOptions['minVersion'] = 'TLSv1.2'): Loaded[] {
  return certificates.map(({ file, certificate: cert, key }) => {
    try {
      const options = { cert, key, minVersion, ...(authority !== undefined && { ca: authority }) };
      return { own: new X509Certificate(cert), options, context: createSecureContext(options) };
    } catch (cause) {
      // Messages of OpenSSL may quote what they could not read; codes do not.
      const code = (cause as NodeJS.ErrnoException).code ?? 'it cannot be read';
      throw raise.GATEWAY_CERTIFICATE_INVALID({ file, cause: code });
    }
  });
}
