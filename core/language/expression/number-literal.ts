import { type Float, float } from '@backplane/sdk';

/** An int stays exact however long; a fraction or an exponent makes a float. */
export function numberLiteral(text: string): number | bigint | Float {
  if (/[.eE]/.test(text)) return float(Number(text));
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
