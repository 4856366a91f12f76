import { defineGatewayPolicy, problemReply } from '@backplane/sdk';
import { rewritePath } from './rewrite-path.ts';
import { rewriteQuery } from './rewrite-query.ts';
import { settings } from './settings.ts';

export const pathRewrite = defineGatewayPolicy({
  name: 'path-rewrite',
  title: 'Path rewrite',
  summary: 'Changes path and query on their way to the upstream.',
  config: settings,
  phases: ['rewrite'],
  onFailure: 'closed',
  create({ config }) {
    const toPath = rewritePath(config);
    const toQuery = config.query === undefined ? undefined : rewriteQuery(config.query);
    return {
      rewrite(exchange) {
        const { upstream } = exchange;
        const mark = upstream.path.indexOf('?');
        const path = toPath(exchange, mark === -1 ? upstream.path : upstream.path.slice(0, mark));
        if (path === undefined)
          return problemReply({
            status: 400,
            code: 'GATEWAY_PATH_INVALID',
            title: 'No such path',
            detail: 'The address leads nowhere.',
            exchange,
            because: 'the rewritten path lacks a value or would lead elsewhere',
          });
        const given = mark === -1 ? '' : upstream.path.slice(mark + 1);
        const query = toQuery === undefined ? given : toQuery(exchange, given);
        upstream.path = query === '' ? path : `${path}?${query}`;
        return undefined;
      },
    };
  },
});
