import { type Contribution, type ContributionKind, defineErrors } from '@backplane/sdk';
import {
  type ContributionIndex,
  contributionKind,
  contributionName,
  contributionProblems,
  indexOf,
} from '@backplane/sdk/host';
import { pluginErrors } from '../errors/plugin.ts';
import { plainSchemaMessage } from '../language/source/plain-schema-message.ts';
import { type AdoptedAction, actionShape } from './actions/action-shape.ts';
import { thrownText } from './thrown-text.ts';

// In the process of a plugin, too, where the whole catalogue would be a third of what has to be loaded.
const raise = defineErrors(pluginErrors);

/** A contribution that is no action: checked, and then the plugin's own object. */
export interface AdoptedContribution {
  readonly kind: Exclude<ContributionKind, 'action'>;
  readonly name: string;
  readonly value: Contribution;
}

export interface AdoptedContributions {
  /** What the manifest must say under `contributes`, but for `methods`. */
  readonly index: ContributionIndex;
  readonly actions: readonly AdoptedAction[];
  readonly others: readonly AdoptedContribution[];
}

/** Reads what a plugin contributes. Throws PLUGIN_CONTRIBUTION_INVALID with everything that is wrong. */
export function adoptContributions(contributes: readonly unknown[], id: string): AdoptedContributions {
  const problems: string[] = [];
  const actions: AdoptedAction[] = [];
  const others: AdoptedContribution[] = [];
  const read: Contribution[] = [];
  contributes.forEach((given, index) => {
    try {
      // Read once: whatever hides behind its members cannot answer otherwise later.
      const contribution = typeof given === 'object' ? Object.freeze({ ...given }) : given;
      read.push(contribution as Contribution);
      const adopted = adopt(contribution, index, problems);
      if (adopted === undefined) return;
      if ('kind' in adopted) others.push(adopted);
      else actions.push(adopted);
    } catch (thrown) {
      problems.push(`contributes[${index}] cannot be read: ${thrownText(thrown)}`);
    }
  });
  const names = [
    ...actions.flatMap((action) => [action.name, ...action.aliases]),
    ...others.filter(({ kind }) => kind === 'template').map(({ name }) => name),
  ];
  const kinds = others.filter(({ kind }) => kind !== 'template').map(({ kind, name }) => `${kind} ${name}`);
  for (const list of [names, kinds])
    for (const name of new Set(list.filter((one, at) => list.indexOf(one) !== at)))
      problems.push(`\`${name}\` is contributed twice`);
  if (problems.length > 0) throw raise.PLUGIN_CONTRIBUTION_INVALID({ id, problems });
  return { actions, others, index: indexOf({ contributes: read }) };
}

function adopt(
  contribution: unknown,
  index: number,
  problems: string[],
): AdoptedAction | AdoptedContribution | undefined {
  const kind = contributionKind(contribution);
  const found = contributionProblems(contribution);
  if (kind === undefined) {
    problems.push(...found.map((problem) => `contributes[${index}] ${problem}`));
    return undefined;
  }
  if (kind !== 'action' && found.length === 0) {
    const value = contribution as Contribution;
    return { kind, name: contributionName(value), value };
  }
  const { name } = contribution as { readonly name?: unknown };
  const where = typeof name === 'string' ? name : `contributes[${index}]`;
  const say = (problem: string) => problems.push(`${where}: ${problem}`);
  if (kind !== 'action') {
    found.forEach(say);
    return undefined;
  }
  const parsed = actionShape.safeParse(contribution);
  if (parsed.success) {
    found.forEach(say);
    return parsed.data;
  }
  for (const { path, message } of parsed.error.issues)
    say(`${path.map(String).join('.')}: ${plainSchemaMessage(message)}`);
  return undefined;
}
