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

/** A plan as people read it. */
export function planText({ changes }: PluginPlan): string {
  if (changes.length === 0) return 'Nothing to do: everything runs as config/plugins.yaml wants it.';
  return changes.flatMap(changeLines).join('\n');
}

function changeLines({
  id,
  kind,
  from,
  to,
  reason,
  capabilities,
  contributions,
  workflows,
  error,
}: PlannedChange): string[] {
  const versions = [from, to].filter((version, index, all) => version !== undefined && all.indexOf(version) === index);
  const asked = capabilities !== undefined && capabilities.change !== 'same' ? capabilities : undefined;
  return [
    `${SIGN[kind]} ${id}${versions.length === 0 ? '' : ` ${versions.join(' → ')}`}: ${kind}, ${reason}`,
    ...(asked === undefined ? [] : [`    may do (${asked.change}, ${asked.digest}):`]),
    ...(asked?.asked.map((line) => `      ${line}`) ?? []),
    ...(contributions?.added.map((name) => `    + ${name}`) ?? []),
    ...(contributions?.removed.map((name) => `    - ${name}`) ?? []),
    ...(workflows === undefined ? [] : [`    used by: ${workflows.join(', ')}`]),
    ...(error?.remedy === undefined ? [] : [`    → ${error.remedy}`]),
  ];
}
