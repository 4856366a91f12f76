import { headerName } from './sound-names.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** CacheOptions → the policy `cache` in its mode `ocelot`. */
export function translateCache(translation: Translation, route: RouteOptions, use: UsePolicy): void {
  const options = route.options('CacheOptions', 'FileCacheOptions');
  const seconds = options?.number('TtlSeconds') ?? 0;
  if (options === undefined || seconds <= 0) return;
  const config = {
    mode: 'ocelot',
    ttl: seconds * 1_000,
    region: options.text('Region') || route.id,
    header: headerName(translation, options, 'Header') ?? 'OC-Cache-Control',
    contentHashing: options.flag('EnableContentHashing') ?? false,
  };
  use('cache', config, options);
}
