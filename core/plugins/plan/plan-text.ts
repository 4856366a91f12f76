import type { PlannedChange, PluginPlan } from './plugin-plan.ts';

const SIGN: Readonly<Record<PlannedChange['kind'], string>> = {
  add: '+',
  remove: '-',
  upgrade: '↑',
  downgrade: '↓',
  replace: '~',
  reconfigure: '~',
  enable: '+',
  disable: '-',
  'await-approval': '?',
  refuse: '!',
};

/** How text that must be seen is marked; as it is, where there are no colours. */
export type Alarm = (text: string) => string;

/** A plan as people read it. */
export function planText({ changes }: PluginPlan, alarm: Alarm = (text) => text): string {
  if (changes.length === 0) return 'Nothing to do: everything runs as config/plugins.yaml wants it.';
  return changes.flatMap((change) => changeLines(change, alarm)).join('\n');
}

function changeLines(
  { id, kind, from, to, reason, capabilities, contributions, workflows, error }: PlannedChange,
  alarm: Alarm,
): string[] {
  const versions = [from, to].filter((version, index, all) => version !== undefined && all.indexOf(version) === index);
  return [
    `${SIGN[kind]} ${id}${versions.length === 0 ? '' : ` ${versions.join(' → ')}`}: ${kind}, ${reason}`,
    ...(capabilities === undefined || (capabilities.change === 'same' && kind !== 'await-approval')
      ? []
      : approvalLines(capabilities, alarm)),
    ...(contributions?.added.map((name) => `    + ${name}`) ?? []),
    ...(contributions?.removed.map((name) => `    - ${name}`) ?? []),
    ...(workflows === undefined ? [] : [`    used by: ${workflows.join(', ')}`]),
    ...(error?.remedy === undefined ? [] : [`    → ${error.remedy}`]),
  ];
}

/** What a plugin may do, for the person who decides: each host with its reason, what is new marked, raw secrets as an alarm. */
export function approvalLines(
  { change, digest, rows, dropped }: NonNullable<PlannedChange['capabilities']>,
  alarm: Alarm = (text) => text,
): string[] {
  return [
    `    may do (${change}, ${digest}):`,
    ...rows.map(({ capability, target, rights, why, isNew, isRaw }) => {
      const what = [capability, rights.join(' '), target].filter((part) => part !== undefined && part !== '').join(' ');
      const line = `      ${isNew ? '+' : ' '} ${what}${isRaw ? ' (sees the values themselves)' : ''}: ${why}`;
      return isRaw ? alarm(line) : line;
    }),
    ...dropped.map((what) => `      - ${what}`),
  ];
}
