import type { DeviceRequest } from '../../identity/device/device-sign-in.ts';
import { shownUserCode } from '../../identity/device/user-code.ts';
import { escapeHtml } from '../escape-html.ts';
import { field, hidden, layout, type Note } from './page-layout.ts';

export const DEVICE_PATH = '/console/sign-in/device';

/** The code is typed, never part of a link: whoever sends somebody a link gets nothing approved by it. */
export function codePage(email: string, note?: Note): string {
  return layout({
    title: 'Sign in a command',
    lead: `Type the code that \`backplane login\` shows in your terminal. It will act as ${email}.`,
    note,
    body: `<form method="post" action="${DEVICE_PATH}">${field({ name: 'code', label: 'Code', autocomplete: 'off', focus: true, isCode: true })}<button>Continue</button></form>`,
  });
}

export interface ApprovalPage {
  readonly email: string;
  readonly request: DeviceRequest;
  /** Of whoever looks at the page. */
  readonly address: string;
}

export function approvalPage({ email, request, address }: ApprovalPage): string {
  const { name, userCode, askedAt } = request;
  const row = (what: string, text: string) => `<dt>${what}</dt><dd>${escapeHtml(text)}</dd>`;
  return layout({
    title: 'Let this command act as you?',
    lead: `Approve only what you have just started yourself. It can do all that ${email} may do.`,
    note:
      request.address === address
        ? undefined
        : {
            kind: 'bad',
            text: 'It asks from another address than yours.',
            more: 'That is right for a machine elsewhere, over ssh for example. If somebody sent you the code, deny it.',
          },
    body: `<dl>${row('Code', shownUserCode(userCode))}${row('Calls itself', name)}${row('Asks from', request.address)}${row('Your address', address)}${row('Since', `${askedAt.slice(0, 16).replace('T', ' ')} UTC`)}</dl><form method="post" action="${DEVICE_PATH}/decide">${hidden('code', userCode)}<button name="verdict" value="approve">Approve</button><button class="other" name="verdict" value="deny">Deny</button></form>`,
  });
}

export function decidedPage(verdict: 'approve' | 'deny'): string {
  return layout(
    verdict === 'approve'
      ? {
          title: 'The command is signed in',
          lead: 'Go back to your terminal; this page can be closed.',
          body: '<a class="way" href="/">Go on</a>',
        }
      : {
          title: 'Denied',
          lead: 'The command gets nothing. If you did not start it, somebody else has tried to act as you: tell an administrator.',
          body: '<a class="way" href="/">Go on</a>',
        },
  );
}
