import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog } from '@sigstore/mock';

/** What a build of the private authority says; everything may be made wrong. */
export interface BuildClaim {
  /** What is signed. */
  readonly subject: string;
  readonly integrity: string;
  /** What the certificate says. */
  readonly repository?: string;
  readonly predicateType?: string;
  /** Puts other bytes in the place of those that were signed. */
  readonly tampered?: boolean;
  /** When the log took it; a certificate is good for ten minutes from `NOW`. */
  readonly loggedAt?: Date;
}

const NOW = new Date();
/** Later than the certificate of the authority itself, which is as old as the test. */
const SOON = new Date(NOW.getTime() + 60_000);
const keys = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve });
const base64 = (bytes: ArrayBufferView) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

/** A Sigstore of its own: an authority, its logs, and the trusted root that names them. */
export async function startSigstore() {
  const [caKeys, ctKeys, logKeys] = [keys('P-384'), keys('P-256'), keys('P-256')];
  const ctLog = await initializeCTLog(ctKeys, NOW);
  const ca = await initializeCA(caKeys, ctLog, NOW);
  const validFor = { start: new Date(0).toISOString() };
  const log = (pair: typeof logKeys, keyId: string) => ({
    baseUrl: 'https://log.test',
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId },
  });
  const logId = sha256(logKeys.publicKey.export({ type: 'spki', format: 'der' })).toString('base64');
  const trustRoot = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log(logKeys, logId)],
    ctlogs: [log(ctKeys, base64(ctLog.logID))],
    certificateAuthorities: [
      {
        subject: { organization: 'test', commonName: 'test' },
        uri: 'https://ca.test',
        certChain: { certificates: [{ rawBytes: base64(ca.rootCertificate) }] },
        validFor,
      },
    ],
    timestampAuthorities: [],
  });

  /** What a registry answers about the attestations of a version. */
  async function attest(claim: BuildClaim): Promise<string> {
    const { subject, integrity, repository, predicateType = 'https://slsa.dev/provenance/v1', loggedAt = SOON } = claim;
    const signer = keys('P-256');
    const workflow = `${repository}/.github/workflows/release.yml@refs/tags/v1`;
    const certificate = await ca.issueCertificate({
      publicKey: signer.publicKey.export({ type: 'spki', format: 'der' }),
      subjectAltName: workflow,
      extensions:
        repository === undefined
          ? []
          : [
              { oid: '1.3.6.1.4.1.57264.1.12', value: repository },
              { oid: '1.3.6.1.4.1.57264.1.18', value: workflow },
            ],
    });
    const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
    const statement = (name: string) =>
      Buffer.from(
        JSON.stringify({
          _type: 'https://in-toto.io/Statement/v1',
          subject: [{ name, digest: { sha512: digest } }],
          predicateType,
          predicate: {},
        }),
      );
    const payload = statement(subject);
    const payloadType = 'application/vnd.in-toto+json';
    const signature = sign(
      'sha256',
      Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]),
      signer.privateKey,
    ).toString('base64');
    const tlog = await initializeTLog('https://log.test', logKeys, loggedAt);
    const verifier = Buffer.from(
      `-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`,
    ).toString('base64');
    const [entry] = Object.values(
      await tlog.log({
        apiVersion: '0.0.1',
        kind: 'dsse',
        spec: {
          signatures: [{ signature, verifier }],
          payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        },
      }),
    ) as [Logged];
    const bundle = {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: [
          {
            logIndex: String(entry.logIndex),
            logId: { keyId: logId },
            kindVersion: { kind: 'dsse', version: '0.0.1' },
            integratedTime: String(entry.integratedTime),
            inclusionPromise: { signedEntryTimestamp: entry.verification.signedEntryTimestamp },
            inclusionProof: {
              logIndex: '0',
              rootHash: Buffer.from(entry.verification.inclusionProof.rootHash, 'hex').toString('base64'),
              treeSize: '1',
              hashes: [],
              checkpoint: { envelope: entry.verification.inclusionProof.checkpoint },
            },
            canonicalizedBody: entry.body,
          },
        ],
      },
      dsseEnvelope: {
        payload: (claim.tampered === true ? statement('pkg:npm/other@1.0.0') : payload).toString('base64'),
        payloadType,
        signatures: [{ sig: signature, keyid: '' }],
      },
    };
    return JSON.stringify({ attestations: [{ predicateType, bundle }] });
  }

  return { trustRoot, attest };
}

interface Logged {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: { readonly rootHash: string; readonly checkpoint: string };
  };
}
