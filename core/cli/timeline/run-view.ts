import type { ErrorRecord } from '@backplane/sdk';
import { coloured, harmless, type TerminalLook } from '../terminal-look.ts';
import { drawTimeline, statusMark } from './draw-timeline.ts';
import { durationText } from './duration-text.ts';
import type { RunTree } from './run-tree.ts';
import { timelineRows } from './timeline-row.ts';

/** A run as the terminal shows it: what it is, its steps on one axis, and below what went wrong and what to do about it. */
export function runView(tree: RunTree, look: TerminalLook, now: number, name?: string): readonly string[] {
  const { run } = tree;
  const from = Date.parse(run.startedAt);
  const to = run.endedAt === undefined ? now : Date.parse(run.endedAt);
  const dot = look.unicode ? ' · ' : ' - ';
  const facts = [`${name ?? run.workflow} v${run.version}`, run.triggerType, run.startedAt, durationText(to - from)];
  return [
    `${statusMark(run.status, look)} ${coloured(look, 'bold', `run ${run.runId} ${run.status}`)}`,
    `  ${harmless(facts.join(dot))}`,
    ...(run.parentRunId === undefined ? [] : [`  started by run ${run.parentRunId}`]),
    '',
    ...timelineOf(tree, look, now),
    ...problemsOf(tree, look, ''),
  ];
}

/** Its steps alone. */
export function timelineOf(tree: RunTree, look: TerminalLook, now: number): readonly string[] {
  const { startedAt, endedAt } = tree.run;
  const axis = { from: Date.parse(startedAt), to: endedAt === undefined ? now : Date.parse(endedAt) };
  return drawTimeline(timelineRows(tree, now), axis, look);
}

function problemsOf({ run, children }: RunTree, look: TerminalLook, where: string): readonly string[] {
  const lines: string[] = [];
  const tell = (place: string, error: ErrorRecord) => {
    lines.push('', `${coloured(look, 'red', `error ${error.code}`)}${harmless(`${where}${place}: ${error.message}`)}`);
    if (error.remedy !== undefined) lines.push(`  ${look.unicode ? '→' : '->'} ${harmless(error.remedy)}`);
  };
  let told = false;
  for (const [ref, { error, warnings = [] }] of Object.entries(run.steps)) {
    if (error !== undefined) {
      tell(` in ${ref}`, error);
      told = true;
    }
    for (const { code, message } of warnings) lines.push(warningLine(code, `${where} in ${ref}`, message, look));
  }
  for (const [id, { error }] of Object.entries(run.streams ?? {})) {
    if (error !== undefined) tell(` in ${id}/${error.ref}`, error.error);
  }
  for (const { code, message } of run.warnings ?? []) lines.push(warningLine(code, where, message, look));
  if (run.error !== undefined && !told) tell('', run.error);
  for (const [runId, child] of children) lines.push(...problemsOf(child, look, ` in run ${runId}`));
  return lines;
}

function warningLine(code: string, where: string, message: string, look: TerminalLook): string {
  return `${coloured(look, 'yellow', `warning ${code}`)}${harmless(`${where}: ${message}`)}`;
}
