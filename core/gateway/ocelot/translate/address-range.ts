import ipaddr from 'ipaddr.js';

/** Ocelot's forms: `10.0.0.1`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`, `10.0.0.1-10.0.0.9`, `10.0.0.1-9`, and those of IPv6. */
export function isAddressRange(text: string): boolean {
  const [from = '', to, ...more] = text.split('-').map((part) => part.trim());
  if (more.length > 0) return false;
  if (to === undefined) return isBlock(from);
  if (/^\d{1,3}$/.test(to)) return ipaddr.IPv4.isValidFourPartDecimal(from) && Number(to) <= 255;
  return isAddress(from) && isAddress(to) && from.includes(':') === to.includes(':');
}

function isBlock(text: string): boolean {
  const [address = '', size, ...more] = text.split('/');
  if (!isAddress(address) || more.length > 0) return false;
  if (size === undefined) return true;
  if (/^\d{1,3}$/.test(size)) return Number(size) <= (address.includes(':') ? 128 : 32);
  return !address.includes(':') && ipaddr.isValid(size) && ipaddr.parse(size).prefixLengthFromSubnetMask() !== null;
}

const isAddress = (text: string) =>
  text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
