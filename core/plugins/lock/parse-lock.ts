import { raise } from '../../errors/catalogue.ts';
import { jsonProblem } from '../../language/source/json-problem.ts';
import type { PluginsLock } from './lock-entry.ts';
import { lockSchema } from './lock-schema.ts';

/** Throws PLUGIN_LOCK_INVALID with every problem. `file` is only named. */
export function parseLock(text: string, file: string): PluginsLock {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw raise.PLUGIN_LOCK_INVALID({ file, problems: [jsonProblem(text)] });
  }
  const parsed = lockSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`);
  throw raise.PLUGIN_LOCK_INVALID({ file, problems });
}
