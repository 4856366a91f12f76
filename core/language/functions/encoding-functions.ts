import { Buffer } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import type { Value } from '../values/value.ts';
import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';

function decoded(bytes: Buffer, given: Arguments): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return given.fail('the decoded bytes are not UTF-8 text');
  }
}

/** As Python reads it: characters outside the alphabet are skipped, padding must be complete. */
function fromBase64(given: Arguments): string {
  const kept = given.text(0).replace(/[^A-Za-z0-9+/=]/g, '');
  return decoded(Buffer.from(checked(kept, given), 'base64'), given);
}

/** Padding may be missing, as it is in tokens. */
function fromBase64Url(given: Arguments): string {
  const text = given
    .text(0)
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/[^A-Za-z0-9+/=]/g, '');
  const data = text.replace(/=+$/, '');
  return decoded(Buffer.from(checked(data.padEnd(Math.ceil(data.length / 4) * 4, '='), given), 'base64'), given);
}

function checked(text: string, given: Arguments): string {
  const data = /^[^=]*/.exec(text)![0];
  const padding = text.slice(data.length).match(/^=*/)![0].length;
  if (data.length % 4 === 1) return given.fail(`${data.length} characters of Base64 are one more than a multiple of 4`);
  if ((data.length + padding) % 4 !== 0 && padding < 4 - (data.length % 4))
    return given.fail('the Base64 padding is incomplete');
  return data;
}

const base64 = (given: Arguments) => Buffer.from(given.text(0), 'utf8').toString('base64');
const digest = (algorithm: string) => (given: Arguments) =>
  createHash(algorithm).update(given.text(0), 'utf8').digest('hex');

export const encodingFunctions: readonly ExpressionFunction[] = [
  defineFunction('to_base64', 'text', 'Base64 of the UTF-8 text.', base64),
  defineFunction('from_base64', 'text', 'The UTF-8 text that Base64 holds.', fromBase64),
  defineFunction('to_base64url', 'text', 'Base64 for URLs, with padding.', (given) =>
    base64(given).replaceAll('+', '-').replaceAll('/', '_'),
  ),
  defineFunction(
    'from_base64url',
    'text',
    'The UTF-8 text that URL Base64 holds; padding may be missing.',
    fromBase64Url,
  ),
  defineFunction('hash_md5', 'text', 'MD5 of the UTF-8 text, in hex.', digest('md5')),
  defineFunction('hash_sha1', 'text', 'SHA-1 of the UTF-8 text, in hex.', digest('sha1')),
  defineFunction('hash_sha256', 'text', 'SHA-256 of the UTF-8 text, in hex.', digest('sha256')),
  defineFunction('hash_sha512', 'text', 'SHA-512 of the UTF-8 text, in hex.', digest('sha512')),
  defineFunction(
    'uuid4',
    '',
    'A random UUID; the same again when a run is replayed.',
    ({ scope }) => scope.uuid?.() ?? randomUUID(),
  ),
];

function interactionOf(given: Arguments): Value {
  const { interaction = null, interactionFor } = given.scope;
  const shown = given.isAbsent(0) ? interaction : (interactionFor?.(given.text(0)) ?? interaction);
  return shown as Value;
}

export const platformFunctions: readonly ExpressionFunction[] = [
  defineFunction(
    'get_interaction',
    'approver?',
    'What the step asks people, with links to answer by, or null; for an approver, links that are theirs alone.',
    interactionOf,
  ),
];
