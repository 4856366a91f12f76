import type { Position } from '@backplane/sdk';
import { nearest } from '../language/source/did-you-mean.ts';
import type { PluginRecord } from './lifecycle/plugin-record.ts';
import type { Proof } from './lock/lock-entry.ts';
import type { PluginExplanation } from './plugin-host.ts';

/** Says in words why a plugin is on, off or broken, and what would change that. */
export function explainPlugin(id: string, records: readonly PluginRecord[]): PluginExplanation {
  const record = records.find((candidate) => candidate.id === id);
  if (record !== undefined) return { id, text: [headline(record), ...details(record)].join('\n'), record };
  const meant = nearest(
    id,
    records.map((candidate) => candidate.id),
  );
  const hint = meant === undefined ? '' : ` Did you mean \`${meant}\`?`;
  return {
    id,
    text: `There is no plugin \`${id}\`, neither built in, nor configured, nor in the plugin folder.${hint}`,
  };
}

function headline({ id, version, state, since, error }: PluginRecord): string {
  const name = `${id}${version === 'unknown' ? '' : ` ${version}`}`;
  switch (state) {
    case 'discovered':
      return `${name} lies in the plugin folder but is not named in config/plugins.yaml, so none of its code runs.`;
    case 'disabled':
      return `${name} is disabled by \`enabled: false\` in config/plugins.yaml.`;
    case 'failed':
      return `${name} failed at ${since} (${error?.code}): ${error?.message}`;
    case 'awaiting-approval':
      return `${name} waits for an approval since ${since}: ${error?.message}`;
    case 'degraded':
      return `${name} answers calls but is degraded since ${since}${error === undefined ? '' : ` (${error.code}): ${error.message}`}`;
    case 'quarantined':
      return `${name} is in quarantine since ${since}: ${error?.message}`;
    case 'active':
      return `${name} is active since ${since}.`;
    case 'stopped':
      return `${name} was stopped at ${since}.`;
    default:
      return `${name} is ${state} since ${since}; it is not active yet.`;
  }
}

function details(record: PluginRecord): string[] {
  const { origin, error, state, contributions, codeLoaded, faults } = record;
  const place = error?.position;
  const { actions } = contributions;
  return [
    ...placeLine(place),
    ...(error?.remedy === undefined ? [] : [`Remedy: ${error.remedy}`]),
    ...(state === 'discovered' ? [`Remedy: add \`${record.id}: {}\` under \`plugins\` to run it.`] : []),
    `Source: ${origin.from === 'builtin' ? `built in (${origin.path})` : origin.from === 'folder' ? origin.path : origin.text}`,
    ...pendingLines(record),
    `Tier: ${record.tier}`,
    ...lockedLines(record),
    ...(actions.length === 0 ? [] : [`Actions: ${actions.join(', ')}`]),
    ...(state === 'active' && !codeLoaded ? ['Its code is loaded when it is first used.'] : []),
    ...(record.required ? ['The host does not start without it.'] : []),
    ...(faults === 0
      ? []
      : [`Its code failed ${faults === 1 ? 'once' : `${faults} times`} outside any call; the log names each.`]),
  ];
}

function lockedLines({ locked }: PluginRecord): string[] {
  if (locked === undefined) return [];
  const { integrity, signature, provenance, capabilities } = locked;
  const proof = ({ state, by }: Proof) => `${state}${by === undefined ? '' : ` (${by})`}`;
  const { approvedBy, approvedAt, asked = [] } = capabilities;
  return [
    `Locked: ${integrity}`,
    `Signature: ${proof(signature)}`,
    `Provenance: ${proof(provenance)}`,
    ...(asked.length === 0 ? [] : [`May do: ${asked.join('; ')}`]),
    ...(approvedBy === undefined ? [] : [`Approved by ${approvedBy} at ${approvedAt}`]),
  ];
}

function placeLine(place: Position | undefined): string[] {
  return place === undefined ? [] : [`Place: ${place.file ?? ''}:${place.line}:${place.column}`];
}

function pendingLines({ pending, previous, older, state }: PluginRecord): string[] {
  const wanted =
    pending === undefined ? '' : `${pending.kind}${pending.version === undefined ? '' : ` to ${pending.version}`}`;
  return [
    ...(pending === undefined || state === 'awaiting-approval' || state === 'failed'
      ? []
      : [
          `Wanted: ${wanted}${pending.error === undefined ? '.' : ` (${pending.error.code}): ${pending.error.message}`}`,
          ...placeLine(pending.error?.position),
          `Remedy: ${pending.error?.remedy ?? 'apply the plan.'}`,
        ]),
    ...(older === undefined ? [] : [`Older versions that stay for workflows: ${older.join(', ')}`]),
    ...(previous === undefined ? [] : [`Before it: ${previous} (\`backplane plugin rollback <id>\`)`]),
  ];
}
