import type { SourceDiff } from './source-diff.ts';

/** One line about what a commit changes. */
export function pendingText({ plugins, files, capabilities, schema, problems }: SourceDiff): string {
  const count = (change: string) => plugins.filter((plugin) => plugin.change === change).length;
  const parts = [
    ...(['added', 'changed', 'removed'] as const).flatMap((change) =>
      count(change) === 0 ? [] : [`${count(change)} ${change}`],
    ),
    `${files.length} ${files.length === 1 ? 'file' : 'files'}`,
    ...(capabilities === 'same' ? [] : [`capabilities ${capabilities}`]),
    ...(schema === 'breaking' ? ['breaking'] : []),
    ...(problems.length === 0 ? [] : [`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`]),
  ];
  return parts.join(', ');
}
