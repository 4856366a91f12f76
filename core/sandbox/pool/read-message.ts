import type { Failure, FromChild } from '../wire.ts';

const MOST_HOW = 300;

/** What a child said, if it is a message that a child may send; a child that was taken over can send anything. */
export function readMessage(claim: unknown): FromChild | undefined {
  if (!isObject(claim)) return undefined;
  const { type, id, rss } = claim;
  if (type === 'unavailable') return { type, reason: text(claim['reason']) };
  const memory = typeof rss === 'number' ? { rss } : undefined;
  if (type === 'ready') return { type, ...memory };
  if (typeof id !== 'number') return undefined;
  if (type === 'line') return { type, id, level: text(claim['level']), text: text(claim['text']) };
  if (type === 'done') return { type, id, result: text(claim['result']), ...memory };
  if (type !== 'failed') return undefined;
  return { type, id, failure: readFailure(claim['failure']), worn: claim['worn'] === true, ...memory };
}

function readFailure(claim: unknown): Failure {
  const { kind, ...said } = isObject(claim) ? claim : {};
  const place = { ...number('line', said['line']), ...number('column', said['column']) };
  switch (kind) {
    case 'script':
      return {
        kind,
        message: text(said['message']),
        ...place,
        ...(typeof said['stack'] === 'string' && { stack: said['stack'] }),
      };
    case 'syntax':
      return { kind, message: text(said['message']), ...place };
    case 'import':
      return { kind, ...place };
    case 'module':
      return { kind, name: text(said['name']), ...place };
    case 'entry':
      return { kind, functions: Array.isArray(said['functions']) ? said['functions'].map(text) : [] };
    case 'result':
      return { kind, what: text(said['what']) };
    case 'output':
      return { kind, bytes: Number(said['bytes']) };
    case 'crashed':
      return { kind, how: text(said['how']).slice(0, MOST_HOW) };
    case 'wall':
    case 'memory':
    case 'stalled':
    case 'cancelled':
      return { kind };
    default:
      return { kind: 'crashed', how: 'it sent a message that makes no sense' };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(name: 'line' | 'column', value: unknown): { line?: number; column?: number } {
  return typeof value === 'number' ? { [name]: value } : {};
}
