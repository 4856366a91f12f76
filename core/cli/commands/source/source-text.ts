import type { SourceOutcome, SourceSummary, SourceView } from '../../../plugins/operations/source-operations.ts';
import type { SourceCommit } from '../../../plugins/sources/git/git-sources.ts';

export const short = (commit: string): string => commit.slice(0, 12);

const WHY: Readonly<Record<string, string>> = {
  manual: 'a person has to promote it',
  capabilities: 'it asks for more than the one in use',
  breaking: 'calls that work today would not work any more',
  rewritten: 'it does not continue the one in use (a force push, or an older commit)',
  problems: 'it has faults',
  'rolled-back': 'a person went back from it',
};

/** One line a source. */
export function sourceLines(sources: readonly SourceSummary[]): string[] {
  const rows = sources.map((source) => [
    source.id,
    source.state,
    source.current === undefined ? '-' : short(source.current.commit),
    newsOf(source),
    pluginsOf(source),
  ]);
  return table(rows);
}

function newsOf({ state, candidate, why, pending, error, fetchedAt }: SourceSummary): string {
  if (error !== undefined) return error.code;
  if (state === 'empty') return 'never synced';
  if (candidate === undefined) return `the newest, synced ${fetchedAt}`;
  return `${short(candidate.commit)} waits (${why})${pending === undefined ? '' : `: ${pending}`}`;
}

function pluginsOf({ plugins }: SourceSummary): string {
  const count = (state: string) => plugins.filter((plugin) => plugin.state === state).length;
  const parts = ['current', 'behind', 'waiting', 'failed', 'off'].flatMap((state) =>
    count(state) === 0 ? [] : [`${count(state)} ${state}`],
  );
  return parts.length === 0 ? 'no plugins' : `plugins: ${parts.join(', ')}`;
}

/** All of one source, with what can be done next. */
export function sourceText(source: SourceView): string[] {
  const { id, url, ref, subdir, current, candidate, previous, why, pending, plugins, unused, events } = source;
  const times = [
    source.fetchedAt === undefined ? 'never' : source.fetchedAt,
    ...(source.triedAt !== undefined && source.triedAt !== source.fetchedAt ? [`tried ${source.triedAt}`] : []),
    ...(source.nextAt === undefined ? [] : [`next ${source.nextAt}`]),
  ];
  return [
    `${id}: ${source.state}`,
    `  from       ${url}, ${ref}${subdir === '' ? '' : `, below ${subdir}`}`,
    `  in use     ${current === undefined ? 'nothing yet' : commitText(current)}`,
    ...(candidate === undefined ? [] : [`  ${waits(source)} ${commitText(candidate)}`]),
    ...(candidate === undefined || why === undefined
      ? []
      : [`             ${pending === undefined ? '' : `${pending}; `}${WHY[why]}`]),
    ...(previous === undefined ? [] : [`  before     ${commitText(previous)}`]),
    `  synced     ${times.join(', ')}`,
    ...section('plugins', table(plugins.map((plugin) => [plugin.id, plugin.state, runsText(plugin), plugin.use]))),
    ...section(
      'offered, but not named in config/plugins.yaml',
      unused.map((one) => addCommand(id, one)),
    ),
    ...section(
      'history',
      table(
        events.map(({ at, action, commit, by, code }) => [
          at,
          action,
          commit ? short(commit) : '-',
          by ? `by ${by}` : (code ?? ''),
        ]),
      ),
    ),
    ...next(source),
  ];
}

function waits({ state }: SourceView): string {
  return state === 'refused' ? 'refused   ' : 'waits     ';
}

function commitText({ commit, subject, committedAt, signer }: SourceCommit): string {
  const signed = signer === undefined ? 'signature not asked for' : `signed by ${signer.name} (${signer.key})`;
  return `${short(commit)}  ${subject} (${committedAt}), ${signed}`;
}

function runsText({ version, commit }: SourceView['plugins'][number]): string {
  return version === undefined ? 'runs nothing' : `${version} at ${short(commit ?? '')}`;
}

function addCommand(source: string, { id, path }: SourceView['unused'][number]): string {
  return `backplane plugin add git:${source}${path === '' ? '' : `/${path}`} --id ${id}`;
}

function next({ id, state, candidate, plugins }: SourceView): string[] {
  const waiting = plugins.filter((plugin) => plugin.state === 'waiting').map((plugin) => plugin.id);
  const behind = plugins.filter((plugin) => plugin.state === 'behind').map((plugin) => plugin.id);
  const steps = [
    ...(state === 'empty' ? [`backplane source sync ${id}`] : []),
    ...(state === 'waiting' && candidate !== undefined
      ? [`backplane source diff ${id}`, `backplane source promote ${id}`]
      : []),
    ...waiting.map((plugin) => `backplane plugin approve ${plugin}`),
    ...behind.map((plugin) => `backplane plugin apply --only ${plugin} --upgrade ${plugin}`),
  ];
  return section('next', steps);
}

/** What became of a source and its plugins. */
export function outcomeLines({ source, applied, changes }: SourceOutcome): string[] {
  const { id, current, candidate, why, pending, moves } = source;
  const at =
    current === undefined ? 'Nothing is in use yet' : `${id} is at ${short(current.commit)} (${current.subject})`;
  const [move] = moves;
  const rows = changes.map(({ id: plugin, kind, from, to, outcome }) => [
    plugin,
    [from, to].filter((version, index, all) => version !== undefined && all.indexOf(version) === index).join(' → '),
    kind === 'refuse' ? 'cannot move' : kind,
    OUTCOME[outcome] ?? outcome,
  ]);
  const nobody = source.plugins.length === 0 && move !== undefined;
  return [
    `${at}.`,
    ...table(rows).map((row) => `  ${row}`),
    ...(applied ? [] : ['  `apply: manual`: nothing of it runs before `backplane plugin apply --upgrade <plugin>`.']),
    ...(nobody ? [`  No plugin comes from it yet; \`backplane source show ${id}\` says what it offers.`] : []),
    ...(candidate === undefined || why === undefined
      ? []
      : [
          `${short(candidate.commit)} waits${pending === undefined ? '' : ` (${pending})`}: ${WHY[why]}.`,
          ...looking(source),
        ]),
  ];
}

const OUTCOME: Readonly<Record<string, string>> = {
  done: 'done',
  waiting: 'waits for an approval',
  kept: 'failed; the version before goes on',
  failed: 'failed',
};

function looking({ id, why }: SourceSummary): string[] {
  return why === 'rolled-back' ? [] : [`  → backplane source diff ${id}`, `  → backplane source promote ${id}`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`  ${title}`, ...lines.map((line) => `    ${line}`)];
}

/** Columns under each other, the last one as long as it is. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
