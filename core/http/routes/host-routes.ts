import { z } from 'zod';
import type { RouteServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

const host = z.object({
  id: z.string().describe('New whenever the host begins anew.'),
  name: z.string(),
  url: z.string().optional(),
  since: z.iso.datetime(),
  seenAt: z.iso.datetime().describe('When it last said that it lives; it does so every second.'),
  shards: z.int().describe('How many of the 64 parts of all runs it has.'),
  liveRuns: z.int().describe('Unfinished runs in them, about a second ago.'),
  self: z.boolean().describe('True for the host that answers.'),
});

/** The hosts that share the database. */
export function hostRoutes({ hosts }: Pick<RouteServices, 'hosts'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/hosts',
      access: { scope: 'host:read', in: 'host' },
      tag: 'Hosts',
      summary: 'List the hosts that share the runs',
      answers: { 200: { description: 'All of them, longest there first.', schema: listOf(host) } },
      handle: async () => ({ body: { items: await hosts() } }),
    }),
  ];
}
