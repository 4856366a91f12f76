import {
  defineGatewayPolicy,
  type Exchange,
  expiringCache,
  type PolicyConnection,
  type PolicyIdentity,
  problemReply,
} from '@backplane/sdk';
import { z } from 'zod';
import { commonName, normalFingerprint, normalName } from './distinguished-name.ts';

type Certificate = NonNullable<PolicyConnection['certificate']>;

const text = z.string().min(1);
const list = <T extends z.ZodType>(entry: T) => z.array(entry).min(1).optional();
const name = text
  .refine((given) => given.includes('='), 'no distinguished name like CN=app,O=Acme')
  .transform(normalName);

export const settings = z
  .strictObject({
    subjects: list(name).describe('Whole distinguished names'),
    commonNames: list(text).describe('The CN of the subject'),
    names: list(text).describe('Alternative names: `DNS:app.example.com`, `URI:spiffe://example.com/app`'),
    fingerprints: list(
      z
        .string()
        .regex(/^(?:[0-9a-f]{2}:?){31}[0-9a-f]{2}$/i, 'no SHA-256 fingerprint')
        .transform(normalFingerprint),
    ).describe('SHA-256 of certificates'),
    issuers: list(name).describe('Whole distinguished names of who signed'),
    identity: z
      .enum(['subject', 'common-name', 'name', 'fingerprint'])
      .default('subject')
      .describe('What becomes the subject of the identity'),
    scopes: z.array(text).default([]).describe('Of all who come in this way'),
  })
  .describe('A certificate must be on every list given');

export type MtlsSettings = z.output<typeof settings>;

export const mtls = defineGatewayPolicy({
  name: 'mtls',
  title: 'Client certificates',
  summary: 'Who calls, by the verified certificate of the connection.',
  config: settings,
  phases: ['authenticate'],
  onFailure: 'closed',
  create({ config, use }) {
    const scheme = use.scheme ?? 'mtls';
    // A certificate belongs to a connection, and many requests come over one.
    const known = expiringCache<PolicyIdentity | string>({ maxEntries: 1_000 });
    const verdictOf = (certificate: Certificate) => identityOf(certificate, scheme, config) ?? 'names nobody';

    return {
      authenticate(exchange: Exchange) {
        const { certificate } = exchange.connection;
        if (certificate === undefined) return undefined;
        const { fingerprint256 } = certificate;
        let verdict = known.get(fingerprint256, 0);
        if (verdict === undefined) {
          const unfit = unfitList(certificate, config);
          verdict = unfit === undefined ? verdictOf(certificate) : `is not among the ${unfit}`;
          known.set(fingerprint256, verdict, 1);
        }
        if (typeof verdict !== 'string') {
          exchange.identity = verdict;
          return undefined;
        }
        return problemReply({
          status: 401,
          code: 'GATEWAY_CERTIFICATE_REFUSED',
          title: 'Certificate not accepted',
          detail: 'The certificate of this connection is not accepted here.',
          exchange,
          because: `the certificate ${fingerprint256} ${verdict}`,
        });
      },
    };
  },
});

/** The first list that a certificate is not on. */
function unfitList(certificate: Certificate, config: MtlsSettings): string | undefined {
  const { subject, issuer, fingerprint256, names = [] } = certificate;
  const shown: readonly (readonly [keyof MtlsSettings & `${string}s`, readonly (string | undefined)[]])[] = [
    ['subjects', [normalName(subject)]],
    ['commonNames', [commonName(subject)]],
    ['names', names],
    ['fingerprints', [normalFingerprint(fingerprint256)]],
    ['issuers', [issuer === undefined ? undefined : normalName(issuer)]],
  ];
  return shown.find(([list, values]) => {
    const allowed = config[list];
    return allowed !== undefined && !values.some((value) => value !== undefined && allowed.includes(value));
  })?.[0];
}

function identityOf(certificate: Certificate, scheme: string, config: MtlsSettings): PolicyIdentity | undefined {
  const { issuer, names = [] } = certificate;
  const fingerprint = normalFingerprint(certificate.fingerprint256);
  const cn = commonName(certificate.subject);
  const subject = {
    subject: certificate.subject,
    'common-name': cn,
    // Among several, one that the list names.
    name: config.names === undefined ? names[0] : names.find((one) => config.names!.includes(one)),
    fingerprint,
  }[config.identity];
  if (subject === undefined || subject === '') return undefined;
  const claims = {
    sub: subject,
    certificate_subject: certificate.subject,
    certificate_fingerprint: fingerprint,
    ...(cn !== undefined && { common_name: cn }),
    ...(issuer !== undefined && { certificate_issuer: issuer }),
    ...(names.length > 0 && { certificate_names: names }),
  };
  return Object.freeze({ subject, scheme, scopes: config.scopes, claims: Object.freeze(claims) });
}
