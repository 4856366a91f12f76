import { createHash } from 'node:crypto';
import { escapeHtml } from '../escape-html.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#14213a;--soft:#5b6880;--line:#d5dbe6;--card:#fff;--ground:#f1f4f9;--accent:#1f5fd0;--on:#fff;--bad:#a3211a;--badbg:#fdecea;--good:#17653a;--goodbg:#e6f5ec}
@media(prefers-color-scheme:dark){:root{--ink:#e8edf6;--soft:#9aa7be;--line:#38445a;--card:#182133;--ground:#0e1522;--accent:#7fb0ff;--on:#0b1a33;--bad:#ffb4ab;--badbg:#44191a;--good:#9fe0b8;--goodbg:#12351f}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:2rem 1rem;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{width:100%;max-width:25rem}
.brand{display:flex;align-items:center;justify-content:center;gap:.6rem;font-weight:650;font-size:1.15rem;letter-spacing:.01em;margin:0 0 1.25rem}
.brand svg{width:1.75rem;height:1.75rem;color:var(--accent)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.9rem;padding:2rem;box-shadow:0 1px 2px #0001,0 12px 32px -12px #0003}
h1{font-size:1.4rem;line-height:1.25;margin:0 0 .35rem}
h1+.note,h1+form,h1+.way{margin-top:1.25rem}
code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.lead{color:var(--soft);margin:0 0 1.5rem;overflow-wrap:anywhere}
label{display:block;font-weight:560;font-size:.92rem;margin:0 0 .3rem}
.hint{color:var(--soft);font-size:.85rem;margin:-.65rem 0 1rem}
input{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem;padding:.6rem .75rem;margin:0 0 1rem}
input:focus-visible,a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button,.way{display:block;width:100%;font:inherit;font-weight:600;text-align:center;text-decoration:none;padding:.65rem 1rem;border-radius:.5rem;border:1px solid var(--accent);background:var(--accent);color:var(--on);cursor:pointer}
button{margin-top:.25rem}
button:hover,.way:hover{filter:brightness(1.08)}
.way{background:transparent;color:inherit;border-color:var(--line);margin:0 0 .65rem}
.way.main{background:var(--accent);color:var(--on);border-color:var(--accent)}
.code{font:1.35rem/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.12em;text-align:center;text-transform:uppercase}
.other{background:transparent;color:inherit;border-color:var(--line);margin-top:.65rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1rem;margin:0 0 1.25rem}
dt{color:var(--soft)}
dd{margin:0;font-weight:560;overflow-wrap:anywhere}
.or{display:flex;align-items:center;gap:.75rem;color:var(--soft);font-size:.85rem;margin:1.1rem 0}
.or::before,.or::after{content:"";flex:1;border-top:1px solid var(--line)}
.note{border-radius:.5rem;padding:.7rem .9rem;margin:0 0 1.25rem;font-size:.93rem;overflow-wrap:anywhere}
.note p{margin:.2rem 0 0}
.bad{background:var(--badbg);color:var(--bad)}
.good{background:var(--goodbg);color:var(--good)}
.links{display:flex;justify-content:space-between;flex-wrap:wrap;gap:.5rem 1.5rem;margin:1.25rem 0 0;font-size:.92rem}
.links a,.lead a{color:var(--accent)}
@media(max-width:26rem){.card{padding:1.5rem 1.25rem}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .6rem}}
`;

/** Nothing but the page's own style is loaded, nothing runs, no page frames it, and its address is told to nobody. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex, nofollow',
} as const;

const MARK = `<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><rect x="3" y="3" width="18" height="18" rx="4"/><path d="M8 3v18M8 8h5M8 16h5"/><circle cx="15.5" cy="8" r="1.6"/><circle cx="15.5" cy="16" r="1.6"/></svg>`;

export interface Note {
  readonly kind: 'good' | 'bad';
  readonly text: string;
  readonly more?: string | undefined;
}

export interface Page {
  readonly title: string;
  readonly lead?: string;
  readonly note?: Note | undefined;
  /** HTML. */
  readonly body: string;
}

export function layout({ title, lead, note, body }: Page): string {
  const shown =
    note === undefined
      ? ''
      : `<div class="note ${note.kind}" role="${note.kind === 'bad' ? 'alert' : 'status'}">${shownText(note.text)}${note.more === undefined ? '' : `<p>${shownText(note.more)}</p>`}</div>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escapeHtml(title)} · Backplane</title><style>${STYLE}</style></head>
<body><main><p class="brand">${MARK}Backplane</p><div class="card"><h1>${escapeHtml(title)}</h1>${lead === undefined ? '' : `<p class="lead">${shownText(lead)}</p>`}${shown}${body}</div></main></body></html>
`;
}

/** What stands between backticks is a command or a name. */
const shownText = (text: string) => escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'email' | 'password';
  readonly autocomplete: string;
  readonly hint?: string;
  readonly value?: string | undefined;
  readonly focus?: boolean;
  readonly minLength?: number;
  /** Letters to be compared one by one. */
  readonly isCode?: boolean;
}

export function field({
  name,
  label,
  type = 'text',
  autocomplete,
  hint,
  value,
  focus,
  minLength,
  isCode,
}: Field): string {
  const more = [
    value === undefined ? '' : ` value="${escapeHtml(value)}"`,
    minLength === undefined ? '' : ` minlength="${minLength}"`,
    hint === undefined ? '' : ` aria-describedby="${name}-hint"`,
    focus === true ? ' autofocus' : '',
    isCode === true ? ' class="code" maxlength="12" autocapitalize="characters" spellcheck="false"' : '',
  ].join('');
  return `<label for="${name}">${label}</label><input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required${more}>${hint === undefined ? '' : `<p class="hint" id="${name}-hint">${escapeHtml(hint)}</p>`}`;
}

export function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
}

export function link(path: string, text: string): string {
  return `<a href="${escapeHtml(path)}">${escapeHtml(text)}</a>`;
}
