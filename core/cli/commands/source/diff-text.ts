import type { PluginDiff, SourceDiff } from '../../../plugins/sources/git/source-diff.ts';
import { short } from './source-text.ts';

const SIGN = { added: '+', removed: '-', changed: '~', same: ' ' } as const;
const MOST_FILES = 50;

/** What a person reads before a commit is used: plugins, what they bring, what they may do, files, and what it comes to. */
export function diffLines(diff: SourceDiff): string[] {
  const { source, from, to, plugins, files, problems } = diff;
  const changed = plugins.filter(({ change }) => change !== 'same');
  const shown = files.slice(0, MOST_FILES).map(({ path, change }) => `  ${SIGN[change]} ${path}`);
  const more = files.length - shown.length;
  return [
    `${source}: ${from === undefined ? 'nothing' : short(from)} → ${short(to)}`,
    ...changed.flatMap(pluginLines),
    ...(files.length === 0 ? [] : [`files: ${files.length}`, ...shown, ...(more > 0 ? [`  and ${more} more`] : [])]),
    ...(problems.length === 0 ? [] : ['faults:', ...problems.map(({ code, message }) => `  ! ${message} (${code})`)]),
    verdict(diff),
  ];
}

function pluginLines({ id, change, from, to, contributions, capabilities, capabilityNotes }: PluginDiff): string[] {
  const versions = [from, to].filter((version, index, all) => version !== undefined && all.indexOf(version) === index);
  return [
    `${SIGN[change]} ${id} ${versions.join(' → ')}`,
    ...contributions.flatMap((one) => {
      const name = one.name.replace(':', ' ');
      const said = one.change === 'removed' ? ['breaking'] : one.change === 'added' ? [] : [one.schema ?? 'changed'];
      const notes = one.change === 'changed' ? one.notes.map((note) => `        ${note}`) : [];
      return [`    ${SIGN[one.change]} ${[name, ...said].join(': ')}`, ...notes];
    }),
    ...(capabilities === 'same'
      ? []
      : [`    may do ${capabilities === 'reasons' ? 'the same, with other reasons' : capabilities}:`]),
    ...capabilityNotes.map((note) => `      ${note}`),
  ];
}

function verdict({ problems, schema, capabilities }: SourceDiff): string {
  if (problems.length > 0) return 'It cannot be promoted before its faults are corrected.';
  const parts = [
    ...(schema === 'breaking' ? ['calls that work today would break'] : []),
    ...(capabilities === 'wider'
      ? ['plugins ask for more than they were approved for: they wait for `backplane plugin approve`']
      : []),
  ];
  return parts.length === 0
    ? 'Calls that work today go on working; nothing asks for more.'
    : `Mind: ${parts.join('; ')}.`;
}
