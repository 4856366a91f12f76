import { createApiClient } from '../api-client.ts';
import { type OnHost, path, print } from './access/on-host.ts';

/** `backplane workflow adopt WORKFLOW`. */
export async function adoptWorkflow(name: string, options: OnHost): Promise<void> {
  const { alias, version } = await createApiClient(options).send('POST', path('workflows', name, 'adopt'));
  print(options, { alias, version }, () => [
    `You answer for what ${alias} does from its version ${version} on. Runs of older versions stay with whoever stored those.`,
  ]);
}
