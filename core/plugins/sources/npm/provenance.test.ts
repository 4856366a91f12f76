import { beforeAll, expect, test } from 'vitest';
import { bytesIntegrity } from '../../store/tree-integrity.ts';
import { checkProofs, npmRulesSchema, type ProvenVersion } from './npm-rules.ts';
import { verifyProvenance } from './provenance.ts';
import { type BuildClaim, startSigstore } from './sigstore.fixture.ts';

const built = { name: '@acme/tickets', version: '1.0.0', integrity: bytesIntegrity(Buffer.from('the package')) };
const repository = 'https://github.com/acme/tickets';
const claim: BuildClaim = { subject: 'pkg:npm/%40acme/tickets@1.0.0', integrity: built.integrity, repository };

let sigstore: Awaited<ReturnType<typeof startSigstore>>;
beforeAll(async () => {
  sigstore = await startSigstore();
});
const verify = async (more: Partial<BuildClaim>, trustRoot: string | undefined = sigstore.trustRoot) =>
  verifyProvenance(built, await sigstore.attest({ ...claim, ...more }), trustRoot);

test('what a build of a known authority signed is verified, with the repository and the workflow that built it', async () => {
  expect(await verify({})).toEqual({
    state: 'verified',
    by: `${repository} ${repository}/.github/workflows/release.yml@refs/tags/v1`,
  });
});

test.each<[string, Partial<BuildClaim>, RegExp]>([
  ['was changed after it was signed', { tampered: true }, /payload|signature/i],
  ['is about another package', { subject: 'pkg:npm/tickets@1.0.0' }, /about pkg:npm\/tickets@1\.0\.0/],
  ['is about another version', { subject: 'pkg:npm/%40acme/tickets@1.0.1' }, /1\.0\.1/],
  ['is about other bytes', { integrity: bytesIntegrity(Buffer.from('others')) }, /other bytes/],
  ['was signed when its certificate had expired', { loggedAt: new Date(Date.now() + 3_600_000) }, /certificate/],
])('provenance that %s is bad', async (_, more, problem) => {
  expect(await verify(more)).toEqual({ state: 'bad', by: expect.stringMatching(problem) });
});

test('a certificate that names no repository vouches for nothing', async () => {
  const { repository: _, ...nobody } = claim;
  const attestations = await sigstore.attest(nobody);
  expect(await verifyProvenance(built, attestations, sigstore.trustRoot)).toMatchObject({ state: 'bad' });
});

test('an authority that the trust root does not name is worth nothing', async () => {
  const stranger = await startSigstore();
  expect(await verify({}, stranger.trustRoot)).toMatchObject({ state: 'bad' });
});

test('without a trust root nothing is checked, and statements about anything else are not provenance', async () => {
  expect(await verifyProvenance(built, await sigstore.attest(claim), undefined)).toEqual({ state: 'unchecked' });
  expect(await verify({ predicateType: 'https://example.test/other' })).toEqual({ state: 'absent' });
  expect(await verifyProvenance(built, 'no JSON', sigstore.trustRoot)).toMatchObject({ state: 'bad' });
});

const rules = (over: object = {}) => ({ ...npmRulesSchema.parse(over), allow: [], deny: [] });
const proven = (provenance: ProvenVersion['provenance']): ProvenVersion => ({
  name: '@acme/tickets',
  version: '1.0.0',
  signature: { state: 'verified', by: 'key' },
  provenance,
});
const ours = proven({ state: 'verified', by: `${repository} workflow` });
const from = (...globs: string[]) => rules({ builtFrom: { '@acme/*': globs } });

test('who may build a package is for the administrator to say', () => {
  expect(checkProofs(ours, from('https://github.com/acme/*'))).toEqual([]);
  expect(() => checkProofs(ours, from('https://github.com/other/*'))).toThrow(
    expect.objectContaining({ code: 'PLUGIN_PROVENANCE_FOREIGN' }),
  );
  expect(() => checkProofs(proven({ state: 'absent' }), from('https://github.com/acme/*'))).toThrow(
    expect.objectContaining({ code: 'PLUGIN_PROOF_REQUIRED' }),
  );
});

test('bad provenance is refused whatever the rules say', () => {
  expect(() => checkProofs(proven({ state: 'bad', by: 'why' }), rules())).toThrow(
    expect.objectContaining({ code: 'PLUGIN_PROVENANCE_BAD' }),
  );
});

test('what a registry requires comes before what is required of all', () => {
  const absent = proven({ state: 'absent' });
  expect(checkProofs(absent, rules())).toEqual([]);
  expect(checkProofs(absent, rules(), { provenance: 'preferred' })).toEqual([
    'the provenance of @acme/tickets@1.0.0 is absent',
  ]);
  expect(() => checkProofs(absent, rules(), { provenance: 'required' })).toThrow(
    expect.objectContaining({ code: 'PLUGIN_PROOF_REQUIRED' }),
  );
});
