import { createHash } from 'node:crypto';
import type { ErrorRecord } from '@backplane/sdk';
import type { InteractionRecord } from '../../executor/interaction-record.ts';
import { escapeHtml } from '../escape-html.ts';

const STYLE = `:root{color-scheme:light dark;--line:#8886;--soft:#8881}
body{font:16px/1.5 system-ui,sans-serif;margin:0;padding:2rem 1rem;display:flex;justify-content:center}
main{max-width:36rem;width:100%}
h1{font-size:1.3rem;margin:0 0 .25rem}
.from{opacity:.7;margin:0 0 1.5rem}
.message{white-space:pre-wrap;overflow-wrap:anywhere;border-left:.25rem solid var(--line);background:var(--soft);padding:.75rem 1rem;margin:0 0 1.5rem}
label{display:block;margin:0 0 .25rem}
textarea{width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid var(--line);border-radius:.375rem;margin:0 0 1rem}
button{font:inherit;font-weight:600;padding:.6rem 1.4rem;border-radius:.375rem;border:2px solid;cursor:pointer;margin:0 .75rem .75rem 0}
.approve{background:#12733a;border-color:#12733a;color:#fff}
.reject{background:#b3261e;border-color:#b3261e;color:#fff}
.second{background:transparent;color:inherit;border-color:var(--line)}
.state{font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;opacity:.8;font-size:.9rem}
dd{margin:0;overflow-wrap:anywhere}`;

/** Nothing but the page's own style is loaded, nothing runs, and the form leads here and nowhere else. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'X-Robots-Tag': 'noindex, nofollow',
} as const;

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
  return document(
    title,
    `<h1>${isOpen ? heading : 'Thank you'}</h1>
<p class="from">${escapeHtml(title)}</p>
${asked.message === undefined ? '' : `<p class="message">${escapeHtml(asked.message)}</p>`}
${isOpen ? form(page) : `<p class="state" role="status">${escapeHtml(standing(asked, mine?.decision))}</p>`}
<dl>${facts(asked)}</dl>`,
  );
}

export function problemPage({ message, remedy }: ErrorRecord): string {
  return document(
    'Not possible',
    `<h1>That is not possible</h1><p>${escapeHtml(message)}</p><p>${escapeHtml(remedy ?? '')}</p>`,
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

function document(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}
