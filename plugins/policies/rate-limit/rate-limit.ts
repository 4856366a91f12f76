import { defineGatewayPolicy, type Exchange } from '@backplane/sdk';
import { nativeLimit } from './native-limit.ts';
import { ocelotLimit } from './ocelot-limit.ts';
import { settings } from './settings.ts';

const pass = () => undefined;

export const rateLimit = defineGatewayPolicy({
  name: 'rate-limit',
  title: 'Rate limit',
  summary: 'So many requests of a caller in a period, counted over all workers and hosts.',
  config: settings,
  // Who is counted decides in which of the two it counts; the other one passes.
  phases: ['admit', 'authorize', 'responseHeaders'],
  onFailure: 'closed',
  create({ config, shared, use, meters, now }) {
    const refused = meters.counter('gateway_rate_limited_total', {
      help: 'Requests over a rate limit',
      labels: ['route'],
    });
    const onRefused = ({ route }: Exchange) => refused.add({ route: route.id });
    if (config.mode === 'ocelot') {
      const { step, responseHeaders } = ocelotLimit(config, { shared, now, onRefused });
      return { admit: step, authorize: pass, responseHeaders: responseHeaders as never };
    }
    const { phase, step, responseHeaders } = nativeLimit(config, { shared, use, now, onRefused });
    return {
      admit: phase === 'admit' ? step : pass,
      authorize: phase === 'authorize' ? step : pass,
      responseHeaders,
    };
  },
});
