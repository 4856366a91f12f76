import { type Exchange, exchangeTemplate, type PolicyHeaders } from '@backplane/sdk';
import type { HeaderChanges } from './settings.ts';

/** `kept`: the headers have been changed before, perhaps by this. */
export type ChangeHeaders = (exchange: Exchange, headers: PolicyHeaders, from?: 'kept') => void;

/** Throws a TypeError for a placeholder that there is not. */
export function changeHeaders(changes: HeaderChanges | undefined): ChangeHeaders {
  if (changes === undefined) return () => undefined;
  const { remove, rename, set, append } = changes;
  const names = remove.filter((name) => !name.endsWith('*'));
  const beginnings = remove.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1).toLowerCase());
  const renames = Object.entries(rename);
  const filled = (all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([name, text]) => ({ name, template: exchangeTemplate(text) }));
  const sets = filled(set);
  const appends = filled(append);
  return (exchange, headers, from) => {
    for (const name of names) headers.delete(name);
    if (beginnings.length > 0) removeByBeginning(headers, beginnings);
    for (const [from, to] of renames) renameHeader(headers, from, to);
    for (const { name, template } of sets) {
      const value = template.fill(exchange, oneLine);
      // What the caller sent under this name must not pass for what the gateway says.
      if (value === undefined) headers.delete(name);
      else headers.set(name, value);
    }
    for (const { name, template } of appends) {
      const value = template.fill(exchange, oneLine);
      if (value === undefined) continue;
      const isThere = from === 'kept' && headers.all(name).some((line) => line.split(', ').includes(value));
      if (!isThere) headers.append(name, value);
    }
  };
}

function removeByBeginning(headers: PolicyHeaders, beginnings: readonly string[]): void {
  const found: string[] = [];
  for (const [name] of headers.entries()) {
    const lower = name.toLowerCase();
    if (beginnings.some((beginning) => lower.startsWith(beginning))) found.push(name);
  }
  for (const name of found) headers.delete(name);
}

function renameHeader(headers: PolicyHeaders, from: string, to: string): void {
  const values = headers.all(from);
  if (values.length === 0) return;
  headers.delete(from);
  headers.delete(to);
  for (const value of values) headers.append(to, value);
}

/** What a header cannot hold is percent-encoded, so that nothing in a value begins a header of its own. */
function oneLine(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  return value.toWellFormed().replaceAll(/[^\x20-\x7e]|%/gu, (sign) => encodeURIComponent(sign));
}
