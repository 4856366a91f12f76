import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import type { DataRecord } from '../../language/values/is-record.ts';
import type { WebhookResponse } from '../webhook-trigger.ts';
import { HEADER_NAME } from './header-name.ts';
import type { MappingReader } from './mapping-reader.ts';

/** They belong to the connection, to the host, or to whoever signs in at it. */
const NOT_OURS = new Set(
  (
    'connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding upgrade ' +
    'content-length content-encoding content-security-policy set-cookie set-cookie2 www-authenticate date x-correlation-id'
  ).split(' '),
);

/** The custom answer of a webhook: what is written out is checked now, what an expression gives when the run has ended. */
export function readWebhookResponse(findings: Findings, trigger: MappingReader): WebhookResponse | undefined {
  return trigger.nested('response', '`response`', (reader) => {
    const status = reader.raw('status');
    const headers = reader.record('headers');
    const body = reader.raw('body');
    if (status !== undefined && !isExpression(status)) reader.number('status', { min: 200, max: 599, integer: true });
    if (headers !== undefined) checkHeaders(findings, reader, headers);
    return {
      ...(status !== undefined && { status }),
      ...(headers !== undefined && { headers }),
      ...(body !== undefined && { body }),
    };
  });
}

function checkHeaders(findings: Findings, reader: MappingReader, headers: DataRecord): void {
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerProblem(name, value);
    if (problem === undefined) continue;
    findings.atKey([...reader.path, 'headers', name], raise.WORKFLOW_VALUE({ key: `headers.${name}`, problem }));
  }
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (!HEADER_NAME.test(name)) return 'must be the name of a header; expressions can stand in its value';
  if (NOT_OURS.has(name.toLowerCase())) return 'is a header that a workflow cannot set';
  if (typeof value === 'object' && value !== null) return 'must have one text as its value';
  if (typeof value === 'string' && !isExpression(value) && /[^\t\x20-\x7e\x80-\xff]/.test(value))
    return 'must have a value of one line of Latin characters';
  return undefined;
}

const isExpression = (value: unknown) => typeof value === 'string' && value.includes('${{');
