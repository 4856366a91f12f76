import { parse } from 'tldts';
import { isIPv4, isIPv6 } from './address-ranges.ts';

/** All patterns here take time in proportion to the text: runs are bounded or separated by characters they cannot hold. */
const LABEL = '[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?';
const HOST = `(?:${LABEL}\\.){1,126}${LABEL}`;
const DOMAIN = new RegExp(`(?<![\\p{L}\\p{N}_./\\\\-])${HOST}(?![\\p{L}\\p{N}_-]|[\\p{L}\\p{N}_.%+-]{0,64}@)`, 'gu');
const EMAIL = new RegExp(`(?<![\\p{L}\\p{N}._%+-])[\\w.!#$%&'*+/=?^\`{|}~-]{1,64}@(${HOST})(?![\\p{L}\\p{N}_-])`, 'gu');
const IPV4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
const IPV6 = /(?<![\w:.])(?=[\dA-Fa-f]{0,4}:)[\dA-Fa-f:]{2,39}(?:(?:\.\d{1,3}){3})?(?![\w])/g;
const URL_START = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:https?|s?ftps?|tcp|udp)://(?:[^\\s/?#@<>"'\\\\]{1,256}@)?(?:${HOST}|\\[[\\dA-Fa-f:.]{2,45}\\])(?::\\d{1,5})?`,
  'giu',
);
const URL_REST = /[/?#][^\s<>"'`\\^{}|]*/y;

export function findDomains(text: string): string[] {
  return matches(DOMAIN, text).filter((domain) => {
    const { isIcann, isIp, domain: registered } = parse(domain, { extractHostname: false, allowPrivateDomains: false });
    return isIcann === true && isIp === false && registered !== null;
  });
}

export function findEmails(text: string): string[] {
  return matches(EMAIL, text).filter((address) => {
    const [local = '', domain = ''] = splitAddress(address);
    return !/^\.|\.\.|\.$/.test(local) && /\.\p{L}[\p{L}\p{N}-]+$/u.test(domain);
  });
}

/** An address without its `+tag`, in lower case. */
export function normalizedEmail(address: string): string {
  const [local, domain] = splitAddress(address);
  return `${local.split('+')[0]}@${domain}`.toLowerCase();
}

function splitAddress(address: string): [string, string] {
  const at = address.lastIndexOf('@');
  return [address.slice(0, at), address.slice(at + 1)];
}

export function findIPv4(text: string): string[] {
  return matches(IPV4, text).filter(isIPv4);
}

/** As written, not shortened. `::` alone is punctuation. */
export function findIPv6(text: string): string[] {
  const candidates = matches(IPV6, text).map((found) => found.replace(/(?<!:):$/, ''));
  return candidates.filter((found) => /[\dA-Fa-f]/.test(found) && isIPv6(found));
}

/** Without what punctuates the sentence around them, and without a closing slash. */
export function findUrls(text: string): string[] {
  return [...text.matchAll(URL_START)].map((start) => {
    URL_REST.lastIndex = start.index + start[0].length;
    return withoutTail(start[0] + (URL_REST.exec(text)?.[0] ?? ''));
  });
}

/** A closing bracket belongs to the URL when it was opened inside. */
function withoutTail(url: string): string {
  const surplus = { ')': count(url, ')') - count(url, '('), ']': count(url, ']') - count(url, '[') };
  let end = url.length;
  for (; end > 0; end -= 1) {
    const last = url[end - 1]!;
    if (last === ')' || last === ']') {
      if (surplus[last] <= 0) break;
      surplus[last] -= 1;
    } else if (!'.,;:!?/*'.includes(last)) break;
  }
  return url.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function matches(pattern: RegExp, text: string): string[] {
  return text.match(pattern) ?? [];
}
