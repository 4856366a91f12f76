import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import type { LockEntry, Proof } from '../../lock/lock-entry.ts';
import { matchesGlob } from '../../matches-glob.ts';
import { demandSchema, type OwnDemands } from './proof-demand.ts';
import { repositoriesOf } from './provenance.ts';

/** `npm` in `config/plugins.yaml`. */
export const npmRulesSchema = z.strictObject({
  minimumAgeDays: z
    .number()
    .min(0)
    .default(3)
    .describe('How old a version must be before it is taken: most malicious ones are found within days.'),
  minimumAgeExempt: z
    .array(z.string())
    .default([])
    .describe('Packages of which new versions are taken at once, such as `@acme/*`.'),
  require: z
    .strictObject({
      signature: demandSchema.default('preferred'),
      provenance: demandSchema.default('none'),
    })
    .prefault({})
    .describe(
      'What must be verified before a version is taken. `preferred`: taken without, with a warning in the log. What is wrong is refused in any case.',
    ),
  builtFrom: z
    .record(z.string(), z.array(z.string()).min(1))
    .default({})
    .describe(
      'Package → repositories that may have built it, by verified provenance: `"@acme/*": ["https://github.com/acme/*"]`.',
    ),
});

/** Which packages and versions may come from npm, dependencies included. */
export interface NpmRules extends z.output<typeof npmRulesSchema> {
  /** When not empty, only these: `@acme/*`, `npm:@acme/*`. */
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** Throws PLUGIN_PACKAGE_DENIED. */
export function checkAllowed(name: string, { allow, deny }: NpmRules): void {
  const fits = (glob: string) => matchesGlob(glob, name) || matchesGlob(glob, `npm:${name}`);
  const pattern = deny.find(fits);
  if (pattern !== undefined) throw raise.PLUGIN_PACKAGE_DENIED({ name, reason: `\`${pattern}\` under \`deny\` fits` });
  if (allow.length > 0 && !allow.some(fits))
    throw raise.PLUGIN_PACKAGE_DENIED({ name, reason: 'nothing under `allow` fits' });
}

/** Zero for packages that need not wait. */
export function minimumAgeMs(name: string, rules: NpmRules): number {
  const exempt = rules.minimumAgeExempt.some((glob) => matchesGlob(glob, name));
  return exempt ? 0 : rules.minimumAgeDays * 24 * 60 * 60 * 1000;
}

/** A version and what vouches for it. */
export interface ProvenVersion extends Pick<LockEntry, 'signature' | 'provenance'> {
  readonly name: string;
  readonly version: string;
}

/**
 * Decides whether its proofs suffice; `require` of its registry comes before that of the rules. Gives what was preferred and is not there.
 * Throws PLUGIN_SIGNATURE_BAD and PLUGIN_PROVENANCE_BAD, whatever the rules say, PLUGIN_PROOF_REQUIRED, PLUGIN_PROVENANCE_FOREIGN.
 */
export function checkProofs(proven: ProvenVersion, rules: NpmRules, own: OwnDemands = {}): readonly string[] {
  const { name, version, signature, provenance } = proven;
  const what = `${name}@${version}`;
  const problem = (proof: Proof) => proof.by ?? 'it does not fit its bytes';
  if (signature.state === 'bad') throw raise.PLUGIN_SIGNATURE_BAD({ what, problem: problem(signature) });
  if (provenance.state === 'bad') throw raise.PLUGIN_PROVENANCE_BAD({ what, problem: problem(provenance) });
  const repositories = Object.entries(rules.builtFrom).flatMap(([glob, from]) => (matchesGlob(glob, name) ? from : []));
  const notes: string[] = [];
  for (const proof of ['signature', 'provenance'] as const) {
    const { state } = proven[proof];
    const named = proof === 'provenance' && repositories.length > 0;
    const demand = named ? 'required' : (own[proof] ?? rules.require[proof]);
    if (state === 'verified' || demand === 'none') continue;
    if (demand === 'required') throw raise.PLUGIN_PROOF_REQUIRED({ what, proof, state });
    notes.push(`the ${proof} of ${what} is ${state}`);
  }
  const foreign = repositoriesOf(provenance).find((one) => !repositories.some((glob) => matchesGlob(glob, one)));
  if (repositories.length > 0 && foreign !== undefined)
    throw raise.PLUGIN_PROVENANCE_FOREIGN({ what, found: foreign, expected: repositories });
  return notes;
}
