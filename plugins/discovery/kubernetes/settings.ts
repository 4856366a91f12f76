import { z } from 'zod';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

export const settings = z.strictObject({
  address: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The API server; default that of the cluster around the host.'),
  token: z.string().min(1).optional().describe('A bearer token; write `secret:NAME.KEY`. Default: that of the pod.'),
  tokenFile: z
    .string()
    .min(1)
    .default(`${ACCOUNT}/token`)
    .describe('Read again for each question, since tokens are renewed.'),
  certificateAuthority: z.string().optional().describe('PEM of the API server; default the file of the pod.'),
  certificateAuthorityFile: z.string().min(1).default(`${ACCOUNT}/ca.crt`),
  namespace: z.string().min(1).optional().describe('Default: that of the pod, else `default`.'),
  namespaceFile: z.string().min(1).default(`${ACCOUNT}/namespace`),
});

export type Settings = z.output<typeof settings>;
