/** Only what has a form of its own: long random text alone may be anything. */
const CREDENTIALS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an access key of AWS', /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{50,255})\b/],
  ['a token of GitLab', /\bglpat-[A-Za-z0-9_-]{20,}/],
  ['a token of Slack', /\bxox[abeprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{10,}/],
  [
    'a webhook address of Slack, which is a secret',
    /https:\/\/hooks\.slack\.com\/services\/T[A-Z0-9]+\/B[A-Z0-9]+\/[A-Za-z0-9]{16,}/,
  ],
  ['a key of Stripe', /\b[rs]k_live_[A-Za-z0-9]{16,}/],
  ['a key of Google', /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/],
  ['a private key', /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/],
  ['a JSON Web Token', /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}/],
];

/** Documentation uses keys of these forms that open nothing. */
const EXAMPLE = /EXAMPLE|(?:^|[^A-Za-z])(?:xxx|XXX|000000)|(.)\1{9}/;

/** What looks like a credential in a text, and where; never the credential itself. */
export function credentialInText(text: string): { readonly what: string; readonly index: number } | undefined {
  for (const [what, form] of CREDENTIALS) {
    const found = form.exec(text);
    if (found !== null && !EXAMPLE.test(found[0])) return { what, index: found.index };
  }
  return undefined;
}
