import type { Element } from '@xmldom/xmldom';
import { childrenNamed, NS, plainText } from './saml-names.ts';
import { SamlProblem } from './saml-problem.ts';

export const SKEW_MS = 60_000;

export function only(parent: Element, name: string): Element {
  const found = childrenNamed(parent, NS.assertion, name);
  if (found.length !== 1) throw new SamlProblem(`there is not exactly one ${name} where one belongs`);
  return found[0]!;
}

export function textOf(element: Element): string | undefined {
  return plainText(element)?.trim();
}

export function required(what: string, value: string | undefined): string {
  if (value === undefined || value === '') throw new SamlProblem(`it has no ${what}`);
  return value;
}

export function equal(what: string, found: string | undefined, expected: string): void {
  if (found !== expected)
    throw new SamlProblem(found === undefined ? `it has no ${what}` : `its ${what} is another one`);
}

export function notAfter(what: string, text: string | undefined, now: number): number {
  if (text === undefined) throw new SamlProblem(`the ${what} has no end`);
  const end = instant(text);
  if (now >= end + SKEW_MS) throw new SamlProblem(`the ${what} has expired`);
  return end;
}

/** SAML times are in UTC. Epoch milliseconds. */
export function instant(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SamlProblem('it has a time that cannot be read');
  return time;
}
