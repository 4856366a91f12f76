import { z } from 'zod';
import { raise } from '../../../errors/catalogue.ts';
import type { LockEntry, Proof } from '../../lock/lock-entry.ts';
import { matchesGlob } from '../../matches-glob.ts';

const demand = z.enum(['none', 'preferred', 'required']);

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
      signature: demand.default('preferred'),
      provenance: demand.default('none'),
    })
    .prefault({})
    .describe(
      'What must be verified before a version is taken. `preferred`: taken without, and shown. A wrong signature is refused in any case.',
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

/** Throws PLUGIN_SIGNATURE_BAD, whatever the rules say, and PLUGIN_PROOF_REQUIRED. */
export function checkProofs(what: string, proofs: Pick<LockEntry, 'signature' | 'provenance'>, rules: NpmRules): void {
  const states: readonly (readonly ['signature' | 'provenance', Proof])[] = [
    ['signature', proofs.signature],
    ['provenance', proofs.provenance],
  ];
  for (const [proof, { state, by }] of states) {
    if (state === 'bad')
      throw raise.PLUGIN_SIGNATURE_BAD({ what, problem: by ?? `the ${proof} does not fit its bytes` });
    if (rules.require[proof] === 'required' && state !== 'verified')
      throw raise.PLUGIN_PROOF_REQUIRED({ what, proof, state });
  }
}
