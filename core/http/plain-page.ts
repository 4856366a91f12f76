import { createHash } from 'node:crypto';
import type { ErrorRecord } from '@backplane/sdk';
import type { Response } from 'express';
import { escapeHtml } from './escape-html.ts';

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
a.button{display:inline-block;font-weight:600;text-decoration:none;padding:.6rem 1.4rem;border-radius:.375rem;background:#1f5fbf;color:#fff}
.second{background:transparent;color:inherit;border-color:var(--line)}
.state{font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1.5rem 0 0;opacity:.8;font-size:.9rem}
dd{margin:0;overflow-wrap:anywhere}`;

/** Nothing but the page's own style is loaded, nothing runs, and the form leads here and nowhere else. */
const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'X-Robots-Tag': 'noindex, nofollow',
} as const;

/** A small page of the host itself, for people who came by a link. `body` is HTML, the title is text. */
export function plainPage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main>${body}</main></body></html>
`;
}

export function problemPage({ message, remedy }: ErrorRecord): string {
  return plainPage(
    'Not possible',
    `<h1>That is not possible</h1><p>${escapeHtml(message)}</p><p>${escapeHtml(remedy ?? '')}</p>`,
  );
}

export function sendPage(response: Response, status: number, html: string): void {
  response.status(status).set(PAGE_HEADERS).send(html);
}
