import { z } from 'zod';
import { DEFAULT_ENVIRONMENT, ENVIRONMENT_NAME } from '../../secrets/secret-place.ts';
import type { ApiServices } from '../api-services.ts';
import { defineRoute, type Route } from '../route.ts';
import { listOf } from './schemas.ts';

const tag = 'Environments';
const params = z.object({
  name: z
    .string()
    .regex(ENVIRONMENT_NAME, 'lower-case letters, digits, - and _, at most 63')
    .refine((name) => name !== DEFAULT_ENVIRONMENT, 'the environment `default` has no settings'),
});

/** The environments in which a workspace keeps secrets and variables. */
export function environmentRoutes(services: Pick<ApiServices, 'secretServices'>): Route[] {
  const store = () => services.secretServices.environments;
  return [
    defineRoute({
      method: 'get',
      path: '/environments',
      access: { scope: 'variable:read' },
      tag,
      summary: 'List the environments of the workspace',
      answers: {
        200: {
          description: 'Those with settings, those in use, and the usual ones.',
          schema: listOf(
            z.object({
              name: z.string(),
              description: z.string(),
              fallsBack: z.boolean().describe('What it lacks is looked for in `default`.'),
              secrets: z.int(),
              variables: z.int(),
            }),
          ),
        },
      },
      handle: async ({ caller }) => ({ body: { items: await store().list(caller.place.workspace) } }),
    }),
    defineRoute({
      method: 'put',
      path: '/environments/:name',
      access: { scope: 'workspace:update' },
      tag,
      summary: 'Describe an environment, and say whether it falls back to `default`',
      params,
      body: z.strictObject({ description: z.string().max(1000).default(''), fallsBack: z.boolean().default(true) }),
      answers: { 204: { description: 'Stored.' } },
      handle: async ({ params, body, caller }) => {
        await store().set(caller.place.workspace, params.name, body);
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'delete',
      path: '/environments/:name',
      access: { scope: 'workspace:update' },
      tag,
      summary: 'Forget the settings of an environment; its secrets and variables stay',
      params,
      answers: { 204: { description: 'Forgotten.' } },
      handle: async ({ params, caller }) => {
        await store().delete(caller.place.workspace, params.name);
        return { status: 204 };
      },
    }),
  ];
}
