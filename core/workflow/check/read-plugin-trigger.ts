import type { PluginTrigger } from '../plugin-trigger.ts';
import type { MappingReader } from './mapping-reader.ts';

const NAME = /^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)+$/;

/** A trigger of `type: plugin`. Whether a plugin has it shows when it is set up: plugins come and go while workflows stay. */
export function readPluginTrigger(reader: MappingReader): PluginTrigger | undefined {
  const named = reader.require('trigger');
  const trigger = reader.text('trigger') ?? '';
  if (named && !NAME.test(trigger))
    reader.bad('trigger', 'must be the dotted name of a trigger, such as `tools.acme.new_ticket`');
  const config = reader.record('config') ?? {};
  const every = reader.number('every', { min: 1, max: 86_400 });
  reader.finish({ hints: { args: 'config', input: 'config', with: 'config', name: 'trigger', interval: 'every' } });
  return named ? { type: 'plugin', trigger, config, ...(every !== undefined && { every }) } : undefined;
}
