import { defineErrors, defineSecretStore } from '@backplane/sdk';
import * as z from 'zod';

const raise = defineErrors({
  ACME_VAULT_REFUSED: {
    status: 502,
    blame: 'credential',
    retry: 'after-fix',
    message: ({ name }: { name: string }) => `The vault does not let this token read ${name}.`,
    remedy: 'Give the token of `secrets.stores` a policy that reads it.',
  },
  ACME_VAULT_DOWN: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: ({ status }: { status: number }) => `The vault answered ${status}.`,
    remedy: 'Look whether the vault is sealed.',
  },
});

const answer = z.object({
  data: z.object({ data: z.record(z.string(), z.string()), metadata: z.object({ version: z.int() }) }),
});

/** The key-value engine, version 2, of HashiCorp Vault and OpenBao. */
export const vault = defineSecretStore({
  name: 'acme-vault',
  title: 'Vault',
  summary: 'Reads secrets of a key-value engine of HashiCorp Vault.',
  config: z.strictObject({ address: z.url(), token: z.string().min(1), mount: z.string().default('secret') }),
  uses: ['http'],
  open: ({ config, http }) => ({
    async read(name, signal) {
      const url = `${config.address}/v1/${config.mount}/data/${encodeURIComponent(name)}`;
      const reply = await http.send({ url, headers: { 'x-vault-token': config.token }, signal });
      if (reply.status === 404) return undefined;
      if (reply.status === 403) throw raise.ACME_VAULT_REFUSED({ name });
      if (reply.status !== 200) throw raise.ACME_VAULT_DOWN({ status: reply.status });
      const { data } = answer.parse(JSON.parse(new TextDecoder().decode(reply.body)));
      return { values: data.data, version: String(data.metadata.version) };
    },
  }),
});
