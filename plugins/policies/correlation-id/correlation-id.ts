import { randomUUID } from 'node:crypto';
import { defineGatewayPolicy } from '@backplane/sdk';
import { z } from 'zod';

const name = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'no name of a header');

const config = z.strictObject({
  header: name.default('X-Correlation-ID').describe('The header, in requests and answers.'),
  accept: z.array(name).default([]).describe('Other headers whose id is taken when `header` has none: `X-Request-ID`.'),
  trust: z.boolean().default(true).describe('Whether ids of callers are taken at all.'),
  respond: z.boolean().default(true).describe('Whether the answer names it.'),
});

/** Longer ones, and ones with other characters, would only serve to confuse logs. */
const SANE = /^[\w.:/+=@-]{1,128}$/;

/** Gives every request an id that upstreams, logs and answers share. */
export const correlationId = defineGatewayPolicy({
  name: 'correlation-id',
  title: 'Correlation id',
  summary: 'Names every request: takes the id of the caller or makes one, and hands it to upstream, logs and answer.',
  config,
  phases: ['request', 'responseHeaders'],
  onFailure: 'open',
  create({ config: { header, accept, trust, respond } }) {
    const names = [header, ...accept];
    return {
      request(exchange) {
        const { headers } = exchange.request;
        let id: string | undefined;
        if (trust) {
          for (const name of names) {
            const given = headers.get(name);
            if (given === undefined || !SANE.test(given)) continue;
            id = given;
            break;
          }
        }
        id ??= randomUUID();
        exchange.id = id;
        headers.set(header, id);
        return undefined;
      },
      responseHeaders({ id, response }) {
        if (respond) response.headers.set(header, id);
        return undefined;
      },
    };
  },
});
