import { stringifyJson } from '@backplane/sdk';
import type { ErrorRequestHandler, Response } from 'express';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Answers with `application/problem+json` (RFC 9457). */
function sendProblem(response: Response, thrown: unknown): void {
  const { code, message, status = 500, remedy, position, details, retryAfterMs } = toErrorRecord(thrown);
  if (retryAfterMs !== undefined) response.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="backplane"');
  response
    .status(status)
    .type('application/problem+json')
    .send(
      stringifyJson({
        type: `urn:backplane:error:${code}`,
        title: code,
        status,
        code,
        detail: status >= 500 && code === 'INTERNAL' ? 'The host met an unexpected fault.' : message,
        remedy,
        position,
        details,
        correlationId: currentCorrelationId(),
      }),
    );
}

/** The last middleware: whatever was thrown becomes a problem answer; faults of the host are logged with their stack. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (thrown, request, response, _next) => {
    const error = fromBodyParser(thrown);
    const record = toErrorRecord(error);
    if (record.code === 'INTERNAL') {
      log.error('request failed', {
        method: request.method,
        path: request.path,
        stack: error instanceof Error ? error.stack : String(error),
      });
    }
    if (response.headersSent) response.destroy();
    else sendProblem(response, error);
  };
}

/** Express's own parsers throw errors of `http-errors`; these become catalogue errors. */
function fromBodyParser(thrown: unknown): unknown {
  const { type, limit, status } = (thrown ?? {}) as { type?: string; limit?: number; status?: number };
  if (type === 'entity.too.large') return raise.HTTP_BODY_TOO_LARGE({ limit: limit ?? 0 });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return raise.HTTP_MEDIA_TYPE({ type });
  if (status === 400) return raise.HTTP_INVALID_REQUEST({ problems: [(thrown as Error).message] });
  return thrown;
}
