import { defineGatewayPolicy } from '@backplane/sdk';
import { nativeAggregate } from './native-aggregate.ts';
import { ocelotAggregate } from './ocelot-aggregate.ts';
import { settings } from './settings.ts';

export const aggregate = defineGatewayPolicy({
  name: 'aggregate',
  title: 'Aggregate',
  summary: 'Answers one request from several routes at once.',
  config: settings,
  // After sign-in and rights; nothing is sent to an upstream of its own.
  phases: ['rewrite'],
  onFailure: 'closed',
  waits: true,
  protocols: ['http'],
  uses: ['expressions'],
  body: { request: { buffer: { maxBytes: 8 * 1024 * 1024, onOverflow: 'refuse' } } },
  create({ config, expressions }) {
    return { rewrite: config.mode === 'ocelot' ? ocelotAggregate(config, expressions) : nativeAggregate(config) };
  },
});
