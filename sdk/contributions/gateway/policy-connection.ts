/** What a request came over. */
export interface PolicyConnection {
  readonly clientAddress: string;
  readonly serverName?: string;
  /** Of the client's certificate, verified. */
  readonly certificate?: {
    /** Distinguished name in the order and form of the certificate: `CN=app, O=Acme`. */
    readonly subject: string;
    /** SHA-256, hexadecimal, with or without colons. */
    readonly fingerprint256: string;
    /** Distinguished name of who signed it. */
    readonly issuer?: string;
    /** Alternative names as `DNS:app.example.com` or `URI:spiffe://example.com/app`. */
    readonly names?: readonly string[];
  };
}
