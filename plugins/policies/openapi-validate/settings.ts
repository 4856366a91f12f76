import { z } from 'zod';

export const settings = z
  .strictObject({
    document: z.record(z.string(), z.json()).optional().describe('The document itself.'),
    file: z.string().min(1).optional().describe('Or its file, JSON or YAML, from the working directory on.'),
    url: z.url().optional().describe('Or its address, read once when the route is set up.'),
    basePath: z
      .string()
      .regex(/^(?:\/[^?#]*)?$/, 'begins with a slash')
      .optional()
      .describe('What stands before the paths of the document; default the path of its first server.'),
    unknown: z
      .enum(['refuse', 'allow'])
      .default('refuse')
      .describe('What is done with paths and methods that the document does not have.'),
    unknownQuery: z.enum(['refuse', 'allow']).default('allow').describe('The same for parameters of the query.'),
    response: z
      .enum(['off', 'log', 'refuse'])
      .default('off')
      .describe('Whether answers are held against the document, too.'),
    maxBytes: z
      .int()
      .positive()
      .max(64 * 1024 * 1024)
      .default(1024 * 1024)
      .describe('Larger bodies are refused.'),
  })
  .refine(
    ({ document, file, url }) => [document, file, url].filter((one) => one !== undefined).length === 1,
    'exactly one of `document`, `file` and `url`',
  );

export type OpenapiSettings = z.output<typeof settings>;
