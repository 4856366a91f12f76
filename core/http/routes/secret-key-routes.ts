import { z } from 'zod';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';

/** The keys that secrets are encrypted with: their ids, never themselves. */
export function secretKeyRoutes(services: Pick<ApiServices, 'secretServices'>): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/secret-keys',
      access: { scope: 'secret:read', in: 'host' },
      tag: 'Secrets',
      summary: 'See which keys this host has, and how much is encrypted with each',
      answers: {
        200: {
          description: '`held`: keys of this host, newest first. `known`: keys of the database.',
          schema: z.object({
            origin: z.enum(['configured', 'generated', 'none']),
            held: z.array(z.string()),
            known: z.array(z.object({ id: z.string(), current: z.boolean(), values: z.int(), held: z.boolean() })),
          }),
        },
      },
      handle: async () => ({ body: await services.secretServices.keyState() }),
    }),
    defineRoute({
      method: 'post',
      path: '/secret-keys/rotate',
      access: { scope: 'secret:update', in: 'host' },
      tag: 'Secrets',
      summary: 'Encrypt everything with the newest key while runs go on; call it again until nothing is left',
      answers: {
        200: {
          description: 'What was done, and what is left.',
          schema: z.object({ key: z.string(), changed: z.int(), left: z.int(), unreadable: z.int() }),
        },
      },
      handle: async ({ signal }) => ({ body: await services.secretServices.rotateKey(signal) }),
    }),
  ];
}
