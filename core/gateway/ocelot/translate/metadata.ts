import type { Section } from '../reading/section.ts';
import type { Translation } from './translation.ts';

/** Metadata of a route over those of all. */
export function routeMetadata({ global }: Translation, section: Section): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...global.pairs('Metadata'), ...section.pairs('Metadata')].map(({ key, value }) => [key, value]),
  );
}
