import { createHash } from 'node:crypto';
import { escapeHtml } from '../escape-html.ts';
import { hidden, layout, PAGE_HEADERS } from './page-layout.ts';

const SCRIPT = 'document.forms[0].submit()';

/**
 * This page alone runs a script, this one. Where its form leads is not limited by `form-action`: browsers would apply that to all
 * redirects that follow, and providers pass on to others when people sign out.
 */
export const POST_PAGE_HEADERS = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': PAGE_HEADERS['Content-Security-Policy'].replace(
    "form-action 'self'",
    `script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
  ),
} as const;

/** Sends a browser on with a form; without scripts, people press the button. */
export function postPage(url: string, fields: Readonly<Record<string, string>>): string {
  const inputs = Object.entries(fields).map(([name, value]) => hidden(name, value));
  return layout({
    title: 'One moment',
    lead: 'Your identity provider is told that you sign out.',
    body: `<form method="post" action="${escapeHtml(url)}">${inputs.join('')}<button>Go on</button></form><script>${SCRIPT}</script>`,
  });
}
