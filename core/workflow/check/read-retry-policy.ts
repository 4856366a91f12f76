import type { BackoffDefinition, RetryDefinition } from '../workflow-definition.ts';
import type { MappingReader } from './mapping-reader.ts';

const DEFAULT_TIMEOUT_S = 300;

/** Reads `retry_policy`. `actionTimeoutMs` is what the action itself asks for; the file's word counts more. */
export function readRetryPolicy(reader: MappingReader, actionTimeoutMs: number | undefined): RetryDefinition {
  const timeout = actionTimeoutMs === undefined ? DEFAULT_TIMEOUT_S : actionTimeoutMs / 1000;
  const policy = reader.nested(
    'retry_policy',
    '`retry_policy`',
    (inner): RetryDefinition => {
      const retryUntil = inner.text('retry_until');
      const backoff = inner.nested('backoff', '`backoff`', readBackoff);
      return {
        maxAttempts: inner.number('max_attempts', { min: 0, integer: true }) ?? 1,
        timeout: inner.number('timeout', { min: 0.001 }) ?? timeout,
        ...(retryUntil !== undefined && { retryUntil }),
        ...(backoff !== undefined && { backoff }),
      };
    },
    { hints: { attempts: 'max_attempts', retries: 'max_attempts', until: 'retry_until', delay: 'backoff.initial' } },
  );
  return policy ?? { maxAttempts: 1, timeout };
}

function readBackoff(reader: MappingReader): BackoffDefinition {
  const initial = reader.number('initial', { min: 0 });
  const factor = reader.number('factor', { min: 1, max: 100 });
  const max = reader.number('max', { min: 0 });
  const jitter = reader.number('jitter', { min: 0, max: 1 });
  return {
    ...(initial !== undefined && { initial }),
    ...(factor !== undefined && { factor }),
    ...(max !== undefined && { max }),
    ...(jitter !== undefined && { jitter }),
  };
}
