import { z } from 'zod';

/** Names that commands and headers say: of workspaces, groups, roles, service accounts. */
export const plainName = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected up to 63 lower-case letters, digits and dashes');

export const title = z.string().trim().min(1).max(200);
export const description = z.string().max(1_000).default('');
export const email = z.email().max(254);

export const member = z.object({
  id: z.string(),
  kind: z.enum(['user', 'group', 'service']),
  subject: z.string().describe('Id of the user, group or service account.'),
  name: z.string().describe('E-mail address, or name.'),
  role: z.string(),
  inherited: z.boolean().describe('Given in the organisation, for all its workspaces.'),
  since: z.iso.datetime(),
});

/** Who gets a role: one of the three. */
export const newMember = z
  .strictObject({
    user: z.string().optional().describe('E-mail address or id of somebody in the organisation.'),
    group: z.string().optional(),
    service: z.string().optional(),
    role: z.string(),
  })
  .refine(({ user, group, service }) => [user, group, service].filter((one) => one !== undefined).length === 1, {
    message: 'expected one of user, group and service',
  });

/** As the members know it. */
export function subjectOf({ user, group, service }: z.output<typeof newMember>) {
  if (user !== undefined) return { kind: 'user', asked: user } as const;
  return group !== undefined
    ? ({ kind: 'group', asked: group } as const)
    : ({ kind: 'service', asked: service! } as const);
}
