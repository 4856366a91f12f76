import type { ConcurrencyDefinition } from '../workflow-definition.ts';
import type { MappingReader } from './mapping-reader.ts';

/** More would need no limit. */
const MAX_LIMIT = 100_000;

/** `config.concurrency`. Undefined when it is absent or wrong. */
export function readConcurrency(reader: MappingReader): ConcurrencyDefinition | undefined {
  return reader.nested(
    'concurrency',
    '`concurrency`',
    (inner) => {
      inner.require('limit');
      const limit = inner.number('limit', { min: 1, max: MAX_LIMIT, integer: true });
      const key = inner.raw('key');
      const onLimit = inner.choice('on_limit', ['queue', 'skip', 'cancel_oldest']) ?? 'queue';
      return limit === undefined ? undefined : { limit, onLimit, ...(key !== undefined && { key }) };
    },
    { hints: { max: 'limit', group: 'key', policy: 'on_limit' } },
  );
}
