import { raise } from '../../errors/catalogue.ts';
import { type AddressRange, isAddressIn, parseAddressRange } from '../../workflow/address-range.ts';

const parsed = new WeakMap<readonly string[], readonly AddressRange[]>();

/** Throws WEBHOOK_ADDRESS_REFUSED unless the caller's address is one of those that the trigger names. */
export function checkAddress(allowIps: readonly string[], address: string | undefined): void {
  const ranges = parsed.get(allowIps) ?? allowIps.map((text) => parseAddressRange(text)!);
  parsed.set(allowIps, ranges);
  if (address === undefined || !isAddressIn(address, ranges))
    throw raise.WEBHOOK_ADDRESS_REFUSED({ address: address ?? 'nowhere' });
}
