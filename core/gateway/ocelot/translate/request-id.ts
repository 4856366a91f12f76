import { headerName } from './sound-names.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** RequestIdKey → the policy `correlation-id`: the caller's id or a new one goes to the service, and never back. */
export function translateRequestId(translation: Translation, { section }: RouteOptions, use: UsePolicy): void {
  const of = [section, translation.global].find((one) => one.text('RequestIdKey'));
  if (of === undefined) return;
  const header = headerName(translation, of, 'RequestIdKey');
  if (header !== undefined) use('correlation-id', { header, respond: false }, of.at('RequestIdKey'));
}
