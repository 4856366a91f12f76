import { stringifyJson } from '@backplane/sdk';
import type { AttemptRecord } from '../../../executor/history/attempt-record.ts';
import type { StepDetails } from '../../../executor/history/run-details.ts';
import { coloured, harmless, type TerminalLook } from '../../terminal-look.ts';
import { statusMark } from '../../timeline/draw-timeline.ts';
import { durationText } from '../../timeline/duration-text.ts';

/** All that is known of one step, for people. */
export function stepView(name: string, step: StepDetails, look: TerminalLook): readonly string[] {
  const { status, startedAt, durationMs, waitedMs = 0, input, inputBytes, result, error } = step;
  const times = [
    ...(startedAt === undefined ? [] : [startedAt]),
    ...(durationMs === undefined ? [] : [durationText(durationMs)]),
    ...(waitedMs > 0 ? [`${durationText(waitedMs)} of it waiting`] : []),
  ];
  return [
    `${statusMark(status, look)} ${coloured(look, 'bold', harmless(name))} ${status}`,
    ...(times.length === 0 ? [] : [`  ${times.join(', ')}`]),
    ...(inputBytes === undefined ? [] : [`  input: ${inputBytes} bytes, too large to keep`]),
    ...(input === undefined ? [] : ['  input:', ...indented(input)]),
    ...(result === undefined ? [] : ['  result:', ...indented(result)]),
    ...(error === undefined ? [] : [`  error ${error.code}: ${harmless(error.message)}`]),
    ...(error?.remedy === undefined ? [] : [`    ${look.unicode ? '→' : '->'} ${harmless(error.remedy)}`]),
    ...(step.attempts.length === 0 ? [] : ['  attempts:']),
    ...step.attempts.flatMap((attempt) => attemptLines(attempt)),
    ...(step.attemptsTotal === undefined ? [] : [`    (the last ${step.attempts.length} of ${step.attemptsTotal})`]),
  ];
}

function attemptLines(attempt: AttemptRecord): readonly string[] {
  const { item, pass, round, input, error } = attempt;
  const names = [
    ...(pass === undefined ? [] : [`pass ${pass + 1}`]),
    ...(round === undefined ? [] : [`round ${round + 1}`]),
    ...(item === undefined ? [] : [`item ${item}`]),
    `attempt ${attempt.attempt}`,
  ];
  const facts = [
    attempt.status,
    attempt.startedAt,
    ...(attempt.durationMs === undefined ? [] : [durationText(attempt.durationMs)]),
    ...(attempt.by === undefined ? [] : [attempt.by]),
    ...(attempt.tier === undefined ? [] : [attempt.tier]),
    ...(attempt.leaves ?? []),
    ...(attempt.runId === undefined ? [] : [`run ${attempt.runId}`]),
  ];
  return [
    `    ${names.join(', ')}: ${harmless(facts.join(', '))}`,
    ...(input === undefined ? [] : [`      input: ${stringifyJson(input)}`]),
    ...(error === undefined ? [] : [`      error ${error.code}: ${harmless(error.message)}`]),
  ];
}

function indented(value: unknown): readonly string[] {
  return stringifyJson(value, 2)
    .split('\n')
    .map((line) => `    ${line}`);
}
