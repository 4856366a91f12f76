import type { ServerResponse } from 'node:http';
import { stringifyJson } from '@backplane/sdk';
import type { ErrorRequestHandler } from 'express';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import type { Logger } from '../telemetry/logger.ts';
import { writeBody } from './write-body.ts';

/** Answers with `application/problem+json` (RFC 9457). */
function sendProblem(response: ServerResponse, thrown: unknown): void {
  const { code, message, status = 500, remedy, position, details, retryAfterMs } = toErrorRecord(thrown);
  if (retryAfterMs !== undefined) response.setHeader('Retry-After', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="backplane"');
  response.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  const problem = {
    type: `urn:backplane:error:${code}`,
    title: code,
    status,
    code,
    detail: status >= 500 && code === 'INTERNAL' ? 'The host met an unexpected fault.' : message,
    remedy,
    position,
    details,
    correlationId: currentCorrelationId(),
  };
  writeBody(response, status, stringifyJson(problem));
}

/** The last middleware: whatever was thrown becomes a problem answer. */
export function problemHandler(log: Logger): ErrorRequestHandler {
  return (thrown, request, response, _next) => answerProblem(log, thrown, request, response);
}

/** Faults of the host are logged with their stack. */
export function answerProblem(
  log: Logger,
  thrown: unknown,
  { method, path }: { readonly method: string; readonly path: string },
  response: ServerResponse,
): void {
  const error = fromBodyParser(thrown);
  const record = toErrorRecord(error);
  if (record.code === 'INTERNAL') {
    log.error('request failed', { method, path, stack: error instanceof Error ? error.stack : String(error) });
  }
  if (response.headersSent) response.destroy();
  else sendProblem(response, error);
}

/** Express's own parsers throw errors of `http-errors`; these become catalogue errors. */
export function fromBodyParser(thrown: unknown): unknown {
  const { type, limit, status } = (thrown ?? {}) as { type?: string; limit?: number; status?: number };
  if (type === 'entity.too.large') return raise.HTTP_BODY_TOO_LARGE({ limit: limit ?? 0 });
  if (type === 'encoding.unsupported' || type === 'charset.unsupported') return raise.HTTP_MEDIA_TYPE({ type });
  if (status === 400) return raise.HTTP_INVALID_REQUEST({ problems: [(thrown as Error).message] });
  return thrown;
}
