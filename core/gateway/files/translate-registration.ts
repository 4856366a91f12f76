import type { Place } from '../model/place.ts';
import type { RegistrationModel } from '../model/registration-model.ts';
import type { RegistrationEntry } from './gateway-file-schema.ts';

/** One entry of `registration`. */
export function translateRegistration(entry: RegistrationEntry, place: Place): RegistrationModel {
  const { id, host, port, health, ...rest } = entry;
  return {
    ...rest,
    place,
    ...(id !== undefined && { id }),
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port }),
    ...(health !== false && { health: { path: health.path, everyMs: health.every, timeoutMs: health.timeout } }),
  };
}
