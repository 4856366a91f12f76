import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';

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

/** Warns of credentials in the text of a workflow. The finding tells where, and never what. */
export function checkCredentials(findings: Findings): void {
  for (const [text, path] of textsIn(findings.source.value, [])) {
    for (const [what, form] of CREDENTIALS) {
      const found = form.exec(text);
      if (found === null || EXAMPLE.test(found[0])) continue;
      const error = raise.WORKFLOW_CREDENTIAL_IN_TEXT({ what });
      findings.insideText(path, found.index, error, { severity: 'warning' });
      break;
    }
  }
}

function* textsIn(value: unknown, path: DataPath): Generator<readonly [string, DataPath]> {
  if (typeof value === 'string') yield [value, path];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index]);
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key]);
}
