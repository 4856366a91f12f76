import { raise } from '../../errors/catalogue.ts';
import type { Findings } from '../../language/source/findings.ts';
import { isRecord } from '../../language/values/is-record.ts';
import type { WebhookTrigger } from '../webhook-trigger.ts';
import { kindOfValue } from './kind-of-value.ts';
import { MappingReader } from './mapping-reader.ts';
import { readWebhook } from './read-webhook.ts';

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
