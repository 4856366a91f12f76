import type { SecretSource } from '../registry/runnable-action.ts';
import type { SecretKey } from './webhook-trigger.ts';

/** The value of one key of one secret; undefined when there is none, or an empty one. */
export async function secretValue(
  source: SecretSource,
  { name, key }: SecretKey,
  environment: string,
  workspace: string,
): Promise<string | undefined> {
  const shape = { type: 'custom', optionalKeys: [], optional: false, secretType: 'custom' } as const;
  const found = await source.resolve([{ ...shape, name, keys: [key] }], environment, workspace);
  return found[name]?.[key] || undefined;
}
