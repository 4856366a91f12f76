import { raise } from '../../errors/catalogue.ts';
import { nearest } from '../../language/source/did-you-mean.ts';
import type { Findings } from '../../language/source/findings.ts';
import { parseAddressRange } from '../address-range.ts';
import { type RateLimit, WEBHOOK_METHODS, type WebhookMethod, type WebhookTrigger } from '../webhook-trigger.ts';
import type { MappingReader } from './mapping-reader.ts';
import { readSecretKey } from './read-secret-keys.ts';
import { readWebhookAuth } from './read-webhook-auth.ts';
import { readWebhookResponse } from './read-webhook-response.ts';

const PATH = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;
const WITHOUT_BODY: readonly string[] = ['GET', 'HEAD'];
const LONGEST_WINDOW = 86_400;

/** A trigger of `type: webhook`. */
export function readWebhook(findings: Findings, reader: MappingReader): WebhookTrigger {
  const path = reader.text('path');
  if (path !== undefined && !PATH.test(path)) {
    reader.bad('path', 'must be made of letters, digits, `-` and `_`, with `/` between its parts');
  }
  const secret = readSecretKey(reader, 'secret');
  const methods = readMethods(findings, reader);
  const auth = readWebhookAuth(findings, reader);
  const allowIps = readAddresses(findings, reader);
  const includeRequest = reader.flag('include_request');
  const respond = reader.choice('respond', ['accepted', 'result']);
  const response = readWebhookResponse(findings, reader);
  const rateLimit = readRateLimit(reader);
  const legacy = 'it belongs to an old form of triggers';
  reader.finish({
    withoutEffect: { ref: legacy, id: legacy, args: legacy, entrypoint: legacy },
    hints: { include_headers: 'include_request', ip_allowlist: 'allow_ips', method: 'methods' },
  });
  if (secret !== undefined && auth !== undefined) reader.bad('secret', 'must stand in `auth` when there is one');
  if (auth?.type === 'hmac' && auth.preset !== 'generic' && methods.some((method) => WITHOUT_BODY.includes(method)))
    reader.bad('methods', `must not hold GET or HEAD: the preset \`${auth.preset}\` signs bodies, which these lack`);
  if (respond === 'accepted' && response !== undefined)
    reader.bad('respond', 'must be `result` when there is a `response`: only an ended run has one');
  return {
    type: 'webhook',
    ...(path !== undefined && { path }),
    methods: methods.length > 0 ? methods : ['POST'],
    ...(secret !== undefined && { secret }),
    ...(auth !== undefined && { auth }),
    ...(allowIps !== undefined && { allowIps }),
    ...(includeRequest !== undefined && { includeRequest }),
    ...(respond !== undefined && { respond }),
    ...(response !== undefined && { response }),
    ...(rateLimit !== undefined && { rateLimit }),
  };
}

function readMethods(findings: Findings, reader: MappingReader): WebhookMethod[] {
  const written = reader.texts('methods') ?? [];
  return written.flatMap((method, index) => {
    const name = method.toUpperCase() as WebhookMethod;
    if (WEBHOOK_METHODS.includes(name)) return [name];
    const problem = `must be one of ${WEBHOOK_METHODS.join(', ')}`;
    const didYouMean = nearest(name, WEBHOOK_METHODS);
    findings.atValue(
      [...reader.path, 'methods', index],
      raise.WORKFLOW_VALUE({ key: `methods[${index}]`, problem }),
      didYouMean === undefined ? {} : { didYouMean },
    );
    return [];
  });
}

/** An empty list lets nobody in, which is worth refusing: it would look like a list that was forgotten. */
function readAddresses(findings: Findings, reader: MappingReader): readonly string[] | undefined {
  const written = reader.texts('allow_ips');
  if (written?.length === 0) return reader.bad('allow_ips', 'must name an address at least');
  for (const [index, text] of (written ?? []).entries()) {
    if (parseAddressRange(text) !== undefined) continue;
    const problem = 'must be an IPv4 or IPv6 address or CIDR range, as in `192.0.2.0/24` or `2001:db8::/32`';
    const error = raise.WORKFLOW_VALUE({ key: `allow_ips[${index}]`, problem });
    findings.atValue(
      findings.isListAt([...reader.path, 'allow_ips'])
        ? [...reader.path, 'allow_ips', index]
        : [...reader.path, 'allow_ips'],
      error,
    );
  }
  return written;
}

function readRateLimit(reader: MappingReader): RateLimit | undefined {
  return reader.nested('rate_limit', '`rate_limit`', (inner) => {
    const there = [inner.require('requests'), inner.require('per_seconds')].every(Boolean);
    const requests = inner.number('requests', { min: 1, max: 1_000_000, integer: true });
    const perSeconds = inner.number('per_seconds', { min: 1, max: LONGEST_WINDOW });
    if (!there || requests === undefined || perSeconds === undefined) return undefined;
    return { requests, perSeconds };
  });
}
