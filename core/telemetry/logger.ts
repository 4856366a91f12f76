import type { Log } from '@backplane/sdk';
import { pino } from 'pino';
import { currentCorrelationId } from './correlation.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** A logger whose lines all carry the same extra fields. */
export interface Logger extends Log {
  child(fields: Readonly<Record<string, unknown>>): Logger;
  /** Writes out what is still buffered; call before the process ends. */
  flush(): void;
}

/** Names of fields whose values are never written, wherever they stand up to three levels deep. */
const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'cookie', 'apiKey', 'api_key', 'secrets'];

/** Characters kept for a reader that does not read; further lines are dropped. */
const MOST_UNWRITTEN = 4_000_000;

/** Structured JSON lines on stderr (stdout belongs to command output), buffered and written asynchronously. */
export function createLogger(level: LogLevel): Logger {
  const destination = pino.destination({ dest: 2, sync: false, minLength: 0, maxLength: MOST_UNWRITTEN });
  // Nobody reads any more, or the disk below is full: the work goes on without its log, and its end does not wait for it.
  destination.on('error', () => {
    destination.flushSync = () => undefined;
  });
  const base = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => {
        const correlationId = currentCorrelationId();
        return correlationId === undefined ? {} : { correlationId };
      },
      redact: { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' },
    },
    destination,
  );
  return wrap(base, () => destination.flushSync());
}

interface PinoLike {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: object): PinoLike;
}

function wrap(target: PinoLike, flush: () => void): Logger {
  return {
    debug: (message, fields = {}) => target.debug(fields, message),
    info: (message, fields = {}) => target.info(fields, message),
    warn: (message, fields = {}) => target.warn(fields, message),
    error: (message, fields = {}) => target.error(fields, message),
    child: (fields) => wrap(target.child(fields), flush),
    flush,
  };
}
