import type { StepStatus } from '../../executor/scheduler/state.ts';
import { type Colour, coloured, harmless, type TerminalLook } from '../terminal-look.ts';
import { durationText } from './duration-text.ts';
import type { TimelineRow } from './timeline-row.ts';

const MARK_WIDTH = 2;
const DURATION_WIDTH = 7;
const NOTE_GAP = 2;
const LONGEST_LABEL = 36;
const NARROWEST_BAR = 10;

interface Look {
  readonly mark: string;
  readonly ascii: string;
  readonly colour: Colour;
}

const STATUS: Readonly<Record<StepStatus, Look>> = {
  completed: { mark: '✔', ascii: '+', colour: 'green' },
  failed: { mark: '✖', ascii: 'x', colour: 'red' },
  running: { mark: '▶', ascii: '>', colour: 'blue' },
  cancelled: { mark: '■', ascii: '#', colour: 'yellow' },
  skipped: { mark: '∅', ascii: '-', colour: 'dim' },
  waiting: { mark: '·', ascii: '.', colour: 'dim' },
};

const CELLS = {
  unicode: { busy: '█', failed: '▒', waits: '·', control: '─' },
  ascii: { busy: '=', failed: 'x', waits: '.', control: '-' },
} as const;

export function statusMark(status: StepStatus, look: TerminalLook): string {
  const { mark, ascii, colour } = STATUS[status];
  return coloured(look, colour, look.unicode ? mark : ascii);
}

/** Each row as a bar on the axis from `from` to `to`, with its mark, how long it took and its note. No line is wider than the terminal. */
export function drawTimeline(
  rows: readonly TimelineRow[],
  { from, to }: { readonly from: number; readonly to: number },
  look: TerminalLook,
): readonly string[] {
  const labels = rows.map(({ label, depth }) => `${'  '.repeat(depth)}${harmless(label)}`);
  const longest = Math.max(4, ...labels.map(({ length }) => length));
  const labelWidth = Math.min(longest, LONGEST_LABEL, Math.floor(look.width / 3));
  const room = look.width - MARK_WIDTH - labelWidth - 1 - 1 - DURATION_WIDTH;
  const wished = Math.min(Math.max(0, ...rows.map(({ note }) => note.length)), Math.floor(look.width / 4));
  // A bar says more than a note.
  const noteWidth = Math.max(0, Math.min(wished, room - NARROWEST_BAR - NOTE_GAP));
  const barWidth = room - (noteWidth > 0 ? NOTE_GAP + noteWidth : 0);
  return rows.map((row, i) => {
    const took = row.from === undefined ? '' : durationText((row.to ?? to) - row.from);
    const note = noteWidth === 0 || row.note === '' ? '' : `  ${coloured(look, 'dim', cut(row.note, noteWidth, look))}`;
    const label = cut(labels[i]!, labelWidth, look).padEnd(labelWidth);
    const bar = drawBar(row, { from, to }, barWidth, look);
    return `${statusMark(row.status, look)} ${label} ${bar} ${took.padStart(DURATION_WIDTH)}${note}`.trimEnd();
  });
}

function drawBar(row: TimelineRow, axis: { from: number; to: number }, width: number, look: TerminalLook): string {
  if (row.from === undefined) return ' '.repeat(width);
  const { busy, failed, waits, control } = look.unicode ? CELLS.unicode : CELLS.ascii;
  const cellOf = (at: number) => {
    const share = (at - axis.from) / Math.max(1, axis.to - axis.from);
    return Math.min(width - 1, Math.max(0, Math.floor(share * width)));
  };
  const cells: string[] = new Array<string>(width).fill(' ');
  const paint = (from: number, to: number, cell: string) => {
    const first = cellOf(from);
    // A span that ends where a cell begins does not fill it.
    const last = Math.max(first, to > from ? cellOf(to - 1e-6 * (axis.to - axis.from)) : first);
    cells.fill(cell, first, last + 1);
  };
  const to = row.to ?? axis.to;
  paint(row.from, to, row.spans === undefined ? control : waits);
  for (const span of row.spans ?? []) paint(span.from, span.to, busy);
  for (const span of row.spans ?? []) if (span.failed) paint(span.from, span.to, failed);
  return coloured(look, STATUS[row.status].colour, cells.join(''));
}

function cut(text: string, width: number, { unicode }: TerminalLook): string {
  if (text.length <= width) return text;
  return unicode ? `${text.slice(0, Math.max(0, width - 1))}…` : `${text.slice(0, Math.max(0, width - 2))}..`;
}
