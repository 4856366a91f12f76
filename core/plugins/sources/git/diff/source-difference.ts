import type { Checkout } from '../check-out.ts';
import type { Contribution, FoundPlugin } from '../contents/found-plugin.ts';
import type { SourceContents } from '../contents/read-contents.ts';
import type { ContributionChange, PluginDiff, SchemaChange, SourceDiff } from '../source-diff.ts';
import { capabilityChange, widest } from './capability-change.ts';
import { schemaChange } from './schema-change.ts';

/** One side of a comparison. */
export interface Side {
  readonly checkout: Checkout;
  readonly contents: SourceContents;
}

const WORST: readonly SchemaChange[] = ['same', 'additive', 'breaking'];

export function sourceDifference(source: string, from: Side | undefined, to: Side): SourceDiff {
  const before = new Map(from?.contents.plugins.map((plugin) => [plugin.id, plugin]));
  const after = new Map(to.contents.plugins.map((plugin) => [plugin.id, plugin]));
  const ids = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const files = fileChanges(from?.checkout, to.checkout);
  const touched = new Set(files.map(({ path }) => path));
  const plugins = ids.map((id) => pluginDiff(before.get(id), after.get(id), touched));
  const schemas = plugins.flatMap(({ contributions }) => contributions.map(schemaOf));
  return {
    source,
    ...(from !== undefined && { from: from.checkout.commit }),
    to: to.checkout.commit,
    plugins,
    files,
    capabilities: widest(plugins.map(({ capabilities }) => capabilities)),
    schema: WORST[Math.max(0, ...schemas.map((schema) => WORST.indexOf(schema)))]!,
    problems: to.contents.problems,
  };
}

function schemaOf({ change, schema = 'same' }: ContributionChange): SchemaChange {
  return change === 'removed' ? 'breaking' : change === 'added' ? 'additive' : schema;
}

function pluginDiff(
  from: FoundPlugin | undefined,
  to: FoundPlugin | undefined,
  touched: ReadonlySet<string>,
): PluginDiff {
  const { change: capabilities, notes } = capabilityChange(
    from?.manifest.capabilities ?? {},
    to?.manifest.capabilities ?? {},
  );
  const contributions = contributionChanges(from?.contributions ?? [], to?.contributions ?? []);
  const same =
    from?.version === to?.version && !(to?.files ?? []).concat(from?.files ?? []).some((path) => touched.has(path));
  return {
    id: (to ?? from)!.id,
    change: from === undefined ? 'added' : to === undefined ? 'removed' : same ? 'same' : 'changed',
    ...(from !== undefined && { from: from.version }),
    ...(to !== undefined && { to: to.version }),
    contributions,
    capabilities,
    capabilityNotes: notes,
  };
}

function contributionChanges(from: readonly Contribution[], to: readonly Contribution[]): ContributionChange[] {
  const before = new Map(from.map((one) => [one.name, one]));
  const after = new Map(to.map((one) => [one.name, one]));
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.flatMap((name): ContributionChange[] => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === undefined) return [{ name, change: 'added', notes: [] }];
    if (now === undefined) return [{ name, change: 'removed', notes: ['is gone'] }];
    const { change, notes } = schemaChange(old, now);
    return change === 'same' ? [] : [{ name, change: 'changed', schema: change, notes }];
  });
}

function fileChanges(from: Checkout | undefined, to: Checkout): SourceDiff['files'] {
  const mark = ({ blob, executable }: { blob: string; executable: boolean }) => `${blob} ${executable}`;
  const before = new Map(from?.files.map((file) => [file.path, mark(file)]));
  const after = new Map(to.files.map((file) => [file.path, mark(file)]));
  const paths = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return paths.flatMap((path) => {
    const [old, now] = [before.get(path), after.get(path)];
    if (old === now) return [];
    return [{ path, change: old === undefined ? 'added' : now === undefined ? 'removed' : 'changed' } as const];
  });
}
