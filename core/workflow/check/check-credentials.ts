import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataPath } from '../../language/source/yaml-source.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { credentialInText } from '../../secrets/credential-in-text.ts';

/** Warns of credentials in the text of a workflow. The finding tells where, and never what. */
export function checkCredentials(findings: Findings): void {
  for (const [text, path] of textsIn(findings.source.value, [])) {
    const found = credentialInText(text);
    if (found === undefined) continue;
    const error = raise.WORKFLOW_CREDENTIAL_IN_TEXT({ what: found.what });
    findings.insideText(path, found.index, error, { severity: 'warning' });
  }
}

function* textsIn(value: unknown, path: DataPath): Generator<readonly [string, DataPath]> {
  if (typeof value === 'string') yield [value, path];
  else if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* textsIn(item, [...path, index]);
  else if (isRecord(value)) for (const [key, item] of Object.entries(value)) yield* textsIn(item, [...path, key]);
}
