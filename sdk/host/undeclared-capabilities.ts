import type { ContributionKind } from '../contributions/contribution.ts';
import { CAPABILITY_OF, type Capability } from './port-capability.ts';

/** Names of what is asked for, and the kinds of its connections. */
export type AskedCapabilities = { readonly [K in Exclude<Capability, 'connections'>]?: unknown } & {
  readonly connections?: readonly { readonly kind: string }[];
};

/** What one contribution uses. */
export interface CapabilityUser {
  readonly kind: ContributionKind;
  readonly name: string;
  readonly uses?: readonly string[];
  readonly connections?: Readonly<Record<string, { readonly kind: string }>>;
}

/** Kinds that need a capability by being there. */
const NEEDED: Readonly<Partial<Record<ContributionKind, Capability>>> = {
  route: 'routes',
  'console-page': 'routes',
  entity: 'database',
  migration: 'database',
};

/** What the code uses without asking for it, one line each. `startUses` are the ports of `start`. */
export function undeclaredCapabilities(
  asked: AskedCapabilities,
  users: readonly CapabilityUser[],
  startUses: readonly string[],
): string[] {
  const portLine = (who: string, port: string): string[] => {
    const capability = CAPABILITY_OF[port as keyof typeof CAPABILITY_OF];
    if (capability === undefined || asked[capability] !== undefined) return [];
    return [`${who} uses \`${port}\`, which needs the capability \`${capability}\``];
  };
  const kinds = asked.connections?.map(({ kind }) => kind) ?? [];
  return [
    ...startUses.flatMap((port) => portLine('`start`', port)),
    ...users.flatMap(({ kind, name, uses = [], connections = {} }) => {
      const needed = NEEDED[kind];
      return [
        ...uses.flatMap((port) => portLine(`\`${name}\``, port)),
        ...Object.values(connections)
          .filter((slot) => !kinds.includes(slot.kind))
          .map((slot) => `\`${name}\` uses the connection \`${slot.kind}\`, which \`connections\` does not name`),
        ...(needed === undefined || asked[needed] !== undefined
          ? []
          : [`the ${kind} \`${name}\` needs the capability \`${needed}\``]),
      ];
    }),
  ];
}
