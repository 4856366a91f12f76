import { z } from 'zod';

export const settings = z.strictObject({
  socket: z.string().min(1).default('/var/run/docker.sock').describe('Where Docker listens.'),
  address: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where Docker listens on TCP; then `socket` is not used.'),
  network: z.string().min(1).optional().describe('Which of its networks a container is reached on; default its first.'),
  prefix: z
    .string()
    .regex(/^[\w.-]+$/)
    .default('backplane')
    .describe('What the labels begin with.'),
});

export type Settings = z.output<typeof settings>;
