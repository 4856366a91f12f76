import type { InteractionRecord } from '../../executor/interaction-record.ts';
import { escapeHtml } from '../escape-html.ts';
import { plainPage } from '../plain-page.ts';

export interface AnswerPage {
  readonly asked: InteractionRecord;
  /** Of the workflow. */
  readonly title: string;
  readonly approver: string;
  /** What the link that was followed suggests. */
  readonly leaning?: 'approve' | 'reject';
}

/** What one person is asked, with buttons or a field to answer; once there is nothing to answer, how it stands. */
export function answerPage(page: AnswerPage): string {
  const { asked, title, approver } = page;
  const mine = asked.decisions.find((decision) => decision.approver === approver);
  const heading = asked.type === 'approval' ? 'Your decision is needed' : 'Your answer is needed';
  const isOpen = asked.status === 'open' && mine === undefined;
  return plainPage(
    title,
    `<h1>${isOpen ? heading : 'Thank you'}</h1>
<p class="from">${escapeHtml(title)}</p>
${asked.message === undefined ? '' : `<p class="message">${escapeHtml(asked.message)}</p>`}
${isOpen ? form(page) : `<p class="state" role="status">${escapeHtml(standing(asked, mine?.decision))}</p>`}
<dl>${facts(asked)}</dl>`,
  );
}

function form({ asked, leaning }: AnswerPage): string {
  if (asked.type === 'response') {
    return `<form method="post"><label for="response">Your answer</label><textarea id="response" name="response" rows="5" required></textarea><button class="approve">Send</button></form>`;
  }
  const button = (decision: 'approve' | 'reject', text: string) => {
    const look = leaning === undefined || leaning === decision ? decision : 'second';
    return `<button class="${look}" name="decision" value="${decision}">${text}</button>`;
  };
  const buttons = [button('approve', 'Approve'), button('reject', 'Reject')];
  if (leaning === 'reject') buttons.reverse();
  return `<form method="post"><label for="comment">Comment (optional)</label><textarea id="comment" name="comment" rows="3" maxlength="2000"></textarea>${buttons.join('')}</form>`;
}

const STANDINGS: Readonly<Record<InteractionRecord['status'], string>> = {
  open: 'It waits for others.',
  responded: 'It has been answered.',
  approved: 'It has been approved.',
  rejected: 'It has been rejected.',
  'timed-out': 'Nobody answered in time.',
  cancelled: 'It does not need an answer any more.',
};

function standing(
  { status, decisions, requiredApprovers }: InteractionRecord,
  mine: 'approve' | 'reject' | undefined,
): string {
  const own = mine === undefined ? '' : mine === 'approve' ? 'You have approved. ' : 'You have rejected. ';
  if (status !== 'open') return `${own}${STANDINGS[status]}`;
  const left = requiredApprovers - decisions.filter(({ counts }) => counts).length;
  return `${own}It waits for ${left} more approval${left === 1 ? '' : 's'}.`;
}

function facts({ deadline, openedAt, approverGroups }: InteractionRecord): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Asked', readable(openedAt)],
    ['Until', deadline === undefined ? undefined : readable(deadline)],
    ['Groups', approverGroups.length === 0 ? undefined : approverGroups.join(', ')],
  ];
  return rows
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `<dt>${key}</dt><dd>${escapeHtml(value!)}</dd>`)
    .join('');
}

function readable(date: string): string {
  return `${date.slice(0, 16).replace('T', ' ')} UTC`;
}
