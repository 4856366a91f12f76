import { raise } from '../../../errors/catalogue.ts';
import { isAddressRange } from './address-range.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** SecurityOptions → the policy `ip-access`; the global lists count where a route has none of its own. */
export function translateAddressLists(translation: Translation, route: RouteOptions, use: UsePolicy): void {
  const own = route.section.section('SecurityOptions');
  const hasOwn = (own?.texts('IPAllowedList').length ?? 0) + (own?.texts('IPBlockedList').length ?? 0) > 0;
  const options = hasOwn ? own : translation.global.section('SecurityOptions');
  const allow = options?.texts('IPAllowedList') ?? [];
  const deny = options?.texts('IPBlockedList') ?? [];
  if (options === undefined || allow.length + deny.length === 0) return;
  for (const name of ['IPAllowedList', 'IPBlockedList']) {
    for (const item of options.items(name)) {
      if (item.kind === 'value' && !isAddressRange(String(item.value))) {
        translation.findings.error(
          item,
          raise.OCELOT_VALUE_INVALID({ name, expected: 'made of addresses and ranges' }),
        );
      }
    }
  }
  const isExcluded = options.flag('ExcludeAllowedFromBlocked') ?? false;
  use('ip-access', { allow, deny, ...(isExcluded ? { precedence: 'allow' } : {}) }, options);
}
