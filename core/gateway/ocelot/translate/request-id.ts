import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** RequestIdKey → the policy `correlation-id`: the caller's id or a new one goes to the service, and never back. */
export function translateRequestId(translation: Translation, { section }: RouteOptions, use: UsePolicy): void {
  const of = [section, translation.global].find((one) => one.text('RequestIdKey'));
  if (of === undefined) return;
  use('correlation-id', { header: of.text('RequestIdKey'), respond: false }, of.at('RequestIdKey'));
}
