import type { PolicyIdentity } from '@backplane/sdk';
import type { Aliases } from './aliases.ts';
import { claimReader } from './claim-reader.ts';

/** What a claim gives to a header, a parameter or another claim; undefined when it gives nothing. */
export type ClaimExpression = (identity: PolicyIdentity) => string | undefined;

const OCELOT = /^\s*Claims\[([^\]]+)\]\s*>\s*value(?:\[(\d+)\]\s*>\s*(.*?)|\s*>.*)?\s*$/i;

export function isClaimExpression(text: string): boolean {
  return OCELOT.test(text) || (text !== '' && !/^\s*Claims\[|>/i.test(text));
}

/** The name of a claim, or Ocelot's `Claims[type] > value[index] > delimiter`. Several values are joined by commas. */
export function claimExpression(text: string, aliases: Aliases): ClaimExpression {
  const [, type, index, delimiter] = OCELOT.exec(text) ?? [];
  const read = claimReader(type ?? text, aliases);
  return (identity) => {
    const values = read(identity);
    if (values.length === 0) return undefined;
    const joined = values.length === 1 ? values[0]! : values.join(',');
    return delimiter === undefined || delimiter === '' ? joined : joined.split(delimiter)[Number(index)];
  };
}
