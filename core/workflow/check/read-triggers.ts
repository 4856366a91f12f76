import { raise } from '../../errors/catalogue.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { WEBHOOK_METHODS, type WebhookMethod, type WebhookTrigger } from '../webhook-trigger.ts';
import type { Findings } from './findings.ts';
import { kindOfValue } from './kind-of-value.ts';
import { MappingReader } from './mapping-reader.ts';

const PATH = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/;
const SECRET = /^([a-z0-9_]+)\.([A-Za-z0-9_]+)$/;

/** What starts the workflow besides people and the API. */
export function readTriggers(findings: Findings, reader: MappingReader): readonly WebhookTrigger[] {
  const written = reader.list('triggers') ?? [];
  const triggers = written.flatMap((trigger, index) => {
    const path = [...reader.path, 'triggers', index];
    if (isRecord(trigger)) return readTrigger(findings, new MappingReader(findings, trigger, path, 'a trigger'));
    const found = kindOfValue(trigger);
    findings.atValue(path, raise.WORKFLOW_TYPE({ key: `triggers[${index}]`, expected: 'a mapping', found }));
    return [];
  });
  if (triggers.length > 1) reader.bad('triggers', 'may hold one webhook; let its `methods` tell calls apart');
  return triggers;
}

function readTrigger(findings: Findings, reader: MappingReader): WebhookTrigger[] {
  if (!reader.require('type')) return [];
  const type = reader.choice('type', ['webhook', 'schedule']);
  if (type === 'schedule') {
    const error = raise.WORKFLOW_NOT_SUPPORTED({ what: 'Starting a workflow by the clock (`type: schedule`)' });
    findings.atValue([...reader.path, 'type'], error);
  }
  return type === 'webhook' ? [readWebhook(findings, reader)] : [];
}

function readWebhook(findings: Findings, reader: MappingReader): WebhookTrigger {
  const path = reader.text('path');
  if (path !== undefined && !PATH.test(path)) {
    reader.bad('path', 'must be made of letters, digits, `-` and `_`, with `/` between its parts');
  }
  const secret = reader.text('secret');
  const [, name, key] = SECRET.exec(secret ?? '') ?? [];
  if (secret !== undefined && name === undefined)
    reader.bad('secret', 'must name a secret and its key, as in `github.WEBHOOK_SECRET`');
  const methods = readMethods(findings, reader);
  const legacy = 'it belongs to an old form of triggers';
  reader.finish({ withoutEffect: { ref: legacy, id: legacy, args: legacy, entrypoint: legacy } });
  return {
    type: 'webhook',
    ...(path !== undefined && { path }),
    methods: methods.length > 0 ? methods : ['POST'],
    ...(name !== undefined && { secret: { name, key: key! } }),
  };
}

function readMethods(findings: Findings, reader: MappingReader): WebhookMethod[] {
  const written = reader.texts('methods') ?? [];
  return written.flatMap((method, index) => {
    const name = method.toUpperCase() as WebhookMethod;
    if (WEBHOOK_METHODS.includes(name)) return [name];
    const problem = `must be one of ${WEBHOOK_METHODS.join(', ')}`;
    findings.atValue([...reader.path, 'methods', index], raise.WORKFLOW_VALUE({ key: `methods[${index}]`, problem }));
    return [];
  });
}
