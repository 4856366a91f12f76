import type { SerializedBundle } from '@sigstore/bundle';
import { z } from 'zod';
import type { Proof } from '../../lock/lock-entry.ts';
import { thrownText } from '../../thrown-text.ts';

const attestationsSchema = z.object({
  attestations: z.array(z.object({ predicateType: z.string(), bundle: z.record(z.string(), z.unknown()) })),
});

const statementSchema = z.object({
  predicateType: z.string(),
  subject: z.array(z.object({ name: z.string(), digest: z.record(z.string(), z.string()) })),
});

/** What a build says about itself, whatever the version of that language. */
const PROVENANCE = 'https://slsa.dev/provenance/';

/** Where a certificate names what it was issued for, as UTF-8 in DER: the repository, and the workflow with its ref. */
const REPOSITORY_OID = '1.3.6.1.4.1.57264.1.12';
const WORKFLOW_OID = '1.3.6.1.4.1.57264.1.18';

export interface BuiltVersion {
  readonly name: string;
  readonly version: string;
  /** `sha512-…` of the bytes that were built. */
  readonly integrity: string;
}

/**
 * Which repository and workflow built this version, by a Sigstore certificate. `attestations`: what the registry answers; `trustRoot`: the
 * trusted root as JSON. Nobody is asked. `absent`: no build vouches for it. `unchecked`: there is no trust root to check with. `bad`: what is
 * there is wrong; `by` says why.
 */
export async function verifyProvenance(
  built: BuiltVersion,
  attestations: string | undefined,
  trustRoot: string | undefined,
): Promise<Proof> {
  if (attestations === undefined) return { state: 'unchecked' };
  const bad = (problem: string): Proof => ({ state: 'bad', by: problem });
  try {
    const { attestations: rows } = attestationsSchema.parse(JSON.parse(attestations));
    const bundles = rows.filter(({ predicateType }) => predicateType.startsWith(PROVENANCE));
    if (bundles.length === 0) return { state: 'absent' };
    if (trustRoot === undefined) return { state: 'unchecked' };
    const signers: string[] = [];
    for (const { bundle } of bundles) {
      const { statement, repository, workflow } = await verifiedStatement(bundle, trustRoot);
      const problem = differenceFrom(built, statement);
      if (problem !== undefined) return bad(problem);
      if (repository === undefined) return bad('its certificate names no repository');
      signers.push(workflow === undefined ? repository : `${repository} ${workflow}`);
    }
    return { state: 'verified', by: [...new Set(signers)].join(', ') };
  } catch (thrown) {
    return bad(thrownText(thrown));
  }
}

/** The repositories that verified provenance names. */
export function repositoriesOf({ by = '' }: Proof): string[] {
  return by.split(', ').map((one) => one.split(' ')[0]!);
}

/** Throws what is wrong with the signature, its certificate or its entries in the logs. */
async function verifiedStatement(serialized: object, trustRoot: string) {
  // Loaded for versions that have a proof, not by every host.
  const { bundleFromJSON, isBundleWithDsseEnvelope } = await import('@sigstore/bundle');
  const { TrustedRoot } = await import('@sigstore/protobuf-specs');
  const { toSignedEntity, toTrustMaterial, Verifier } = await import('@sigstore/verify');
  const root = TrustedRoot.fromJSON(JSON.parse(trustRoot));
  const bundle = bundleFromJSON(serialized as SerializedBundle);
  if (!isBundleWithDsseEnvelope(bundle)) throw new Error('it is not a signed statement');
  // A private root may do without logs; one that has them wants to see the entry.
  const verifier = new Verifier(toTrustMaterial(root), {
    tlogThreshold: root.tlogs.length === 0 ? 0 : 1,
    ctlogThreshold: root.ctlogs.length === 0 ? 0 : 1,
    timestampThreshold: 1,
  });
  const { identity } = verifier.verify(toSignedEntity(bundle));
  const extension = (oid: string) => {
    const found = identity?.oids?.find((row) => row.oid?.id.join('.') === oid);
    return found && derText(found.value);
  };
  return {
    statement: statementSchema.parse(JSON.parse(bundle.content.dsseEnvelope.payload.toString('utf8'))),
    repository: extension(REPOSITORY_OID),
    workflow: extension(WORKFLOW_OID),
  };
}

/** How what was built differs from what is to be taken. */
function differenceFrom(
  { name, version, integrity }: BuiltVersion,
  { subject, predicateType }: z.output<typeof statementSchema>,
): string | undefined {
  if (!predicateType.startsWith(PROVENANCE)) return `it states something else: ${predicateType}`;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const row = subject.find((one) => one.name === purl);
  if (row === undefined) return `it is about ${subject.map((one) => one.name).join(', ')}`;
  const digest = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
  return row.digest['sha512'] === digest ? undefined : 'it is about other bytes';
}

/** A DER UTF8String of any length. */
function derText(value: Buffer): string {
  const long = value[1]! & 0x80 ? value[1]! & 0x7f : 0;
  return value.subarray(2 + long).toString('utf8');
}
