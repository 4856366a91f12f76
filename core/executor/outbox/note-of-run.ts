import type { Note } from '@backplane/sdk';
import type { EndedRunNews } from './outbox-consumer.ts';

/** What a notification holds; with `result` when it was asked for. */
export interface Message {
  readonly id: string;
  readonly type: string;
  readonly run: EndedRunNews;
  readonly result?: unknown;
}

const SEVERITY = { failed: 'critical', cancelled: 'warning', completed: 'info' } as const;
/** Of a result within a note, which people read. */
const MOST_TEXT = 2_000;

/** The end of a run as people read it. */
export function noteOf({ id, run, result }: Message, alias: string | undefined): Note {
  const { status, workflow, runId, version, startedAt, endedAt, error } = run;
  const name = alias ?? workflow;
  const lines = [
    `The workflow **${name}** ${PAST[status as Ended]}.`,
    ...(error === undefined ? [] : [`${error.message} (\`${error.code}\`)`]),
    ...(result === undefined ? [] : [`\`\`\`json\n${JSON.stringify(result, null, 2).slice(0, MOST_TEXT)}\n\`\`\``]),
  ];
  const facts = { Run: runId, Version: String(version), Started: startedAt, ...(endedAt && { Ended: endedAt }) };
  return {
    id,
    severity: SEVERITY[status as Ended],
    title: `${name} ${PAST[status as Ended]}`,
    text: lines.join('\n\n'),
    facts: Object.entries(facts).map(([fact, value]) => ({ name: fact, value })),
  };
}

type Ended = keyof typeof SEVERITY;
const PAST = { failed: 'failed', cancelled: 'was cancelled', completed: 'completed' } as const;
