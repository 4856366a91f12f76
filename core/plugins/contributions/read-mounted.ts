import { raise } from '../../errors/catalogue.ts';
import { plainSchemaMessage } from '../../language/source/plain-schema-message.ts';
import type { AdoptedContribution } from '../adopt-contributions.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';
import { type Mounted, type MountedKind, SHAPES } from './shapes.ts';

export type MountedContribution = { [K in MountedKind]: { readonly kind: K; readonly value: Mounted[K] } }[MountedKind];

/**
 * What the host itself serves of all that a plugin brings, defaults filled in. Throws PLUGIN_CONTRIBUTION_INVALID with everything that
 * is wrong, PLUGIN_CAPABILITY_UNDECLARED for routes that are open without having asked for it.
 */
export function readMounted(
  { id, capabilities }: Manifest,
  others: readonly AdoptedContribution[],
): MountedContribution[] {
  const problems: string[] = [];
  const mounted = others.flatMap(({ kind, name, value }) => {
    if (!isMounted(kind)) return [];
    const parsed = SHAPES[kind].safeParse(value);
    if (parsed.success) return [{ kind, value: parsed.data } as MountedContribution];
    for (const { path, message } of parsed.error.issues)
      problems.push(`${name}: ${path.map(String).join('.')}: ${plainSchemaMessage(message)}`);
    return [];
  });
  if (problems.length > 0) throw raise.PLUGIN_CONTRIBUTION_INVALID({ id, problems });
  const open = mounted.flatMap((one) =>
    one.kind === 'route' && 'public' in one.value.access ? [`${one.value.method} ${one.value.path}`] : [],
  );
  if (open.length > 0 && capabilities.routes?.public === undefined) {
    const uses = open.map((route) => `\`${route}\` answers everybody, which needs the capability \`routes.public\``);
    throw raise.PLUGIN_CAPABILITY_UNDECLARED({ id, uses });
  }
  return mounted;
}

function isMounted(kind: string): kind is MountedKind {
  return Object.hasOwn(SHAPES, kind);
}
