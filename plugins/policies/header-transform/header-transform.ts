import { defineGatewayPolicy } from '@backplane/sdk';
import { changeHeaders } from './change-headers.ts';
import { ocelotRequestSteps, ocelotResponseSteps } from './ocelot-steps.ts';
import { settings } from './settings.ts';

/** Nobody has refused the request: what a breaker or a timeout answers from here on is an answer like any other to Ocelot. */
const ADMITTED = 'admitted';

export const headerTransform = defineGatewayPolicy({
  name: 'header-transform',
  title: 'Header transform',
  summary: 'Sets, adds, removes and renames headers of requests and answers, with values of the request.',
  config: settings,
  phases: ['route', 'rewrite', 'responseHeaders'],
  onFailure: 'closed',
  create({ config }) {
    if (config.mode === 'ocelot') {
      const ofRequest = ocelotRequestSteps(config.request);
      const ofResponse = ocelotResponseSteps(config.response);
      const { length } = config.response;
      return {
        // Before limits and authentication, which may look at what is set here.
        route(exchange) {
          ofRequest(exchange);
          return undefined;
        },
        rewrite(exchange) {
          exchange.own = ADMITTED;
          return undefined;
        },
        responseHeaders(exchange) {
          if (length > 0) ofResponse(exchange);
          return undefined;
        },
      };
    }
    const { request, response } = config;
    const ofRequest = changeHeaders(request);
    const ofResponse = changeHeaders(response);
    return {
      route: () => undefined,
      // After authentication: claims are known.
      rewrite(exchange) {
        if (request !== undefined) ofRequest(exchange, exchange.upstream.headers);
        return undefined;
      },
      responseHeaders(exchange) {
        const { headers, source } = exchange.response;
        ofResponse(exchange, headers, source === 'cache' ? 'kept' : undefined);
        return undefined;
      },
    };
  },
});
