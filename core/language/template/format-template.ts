import { formatExpression } from '../expression/format-expression.ts';
import { parseExpression } from '../expression/parse-expression.ts';
import { splitString } from './split-string.ts';

/** The same text with every `${{ }}` in canonical spelling. Throws LANGUAGE_SYNTAX. */
export function formatTemplate(text: string): string {
  const parts = splitString(text).map((part) =>
    part.kind === 'text' ? part.text : `\${{ ${formatExpression(parseExpression(part.source))} }}`,
  );
  return parts.join('');
}
