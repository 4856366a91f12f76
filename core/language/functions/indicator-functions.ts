import type { Arguments } from './arguments.ts';
import { defineFunction } from './define-function.ts';
import type { ExpressionFunction } from './expression-function.ts';
import { findDomains, findEmails, findIPv4, findIPv6, findUrls, normalizedEmail } from './find-indicators.ts';
import { refanged } from './refang.ts';

type Find = (text: string) => readonly string[];

const once = (found: readonly string[]) => [...new Set(found)];

/** The text, its defanged spellings undone when the argument at this position says so. */
function source(given: Arguments, includeDefanged: number): string {
  const text = given.text(0);
  return given.flag(includeDefanged, false) ? refanged(text) : text;
}

function extractor(name: string, what: string, find: Find): ExpressionFunction {
  const summary = `${what} in a text, each once; with \`include_defanged\` also spellings such as \`[.]\` and \`hxxp\`.`;
  return defineFunction(name, 'text include_defanged?', summary, (given) => once(find(source(given, 1))));
}

function byPattern(
  name: string,
  what: string,
  pattern: RegExp,
  normalize: (found: string) => string = (found) => found,
): ExpressionFunction {
  return defineFunction(name, 'text', `${what} in a text, each once.`, (given) =>
    once((given.text(0).match(pattern) ?? []).map(normalize)),
  );
}

const hash = (name: string, digits: number) =>
  byPattern(`extract_${name}`, `${name.toUpperCase()} hashes`, new RegExp(`\\b[a-fA-F\\d]{${digits}}\\b`, 'g'));

const MAC =
  /(?<![\dA-Fa-f]|[\dA-Fa-f][:-])[\dA-Fa-f]{2}([:-])(?:[\dA-Fa-f]{2}\1){4}[\dA-Fa-f]{2}(?![\dA-Fa-f]|[:-][\dA-Fa-f])/g;

export const indicatorFunctions: readonly ExpressionFunction[] = [
  extractor('extract_ip', 'IPv4 and IPv6 addresses', (text) => [...findIPv4(text), ...findIPv6(text)]),
  extractor('extract_ipv4', 'IPv4 addresses', findIPv4),
  extractor('extract_ipv6', 'IPv6 addresses', findIPv6),
  extractor('extract_domains', 'Domains under a real top-level domain, outside of URLs', findDomains),
  defineFunction(
    'extract_urls',
    'text http_only? include_defanged?',
    'URLs of http, https, ftp, ftps, sftp, tcp and udp in a text, each once; `http_only` leaves the others out.',
    (given) => {
      const found = findUrls(source(given, 2));
      return once(given.flag(1, false) ? found.filter((url) => /^https?:/i.test(url)) : found);
    },
  ),
  defineFunction(
    'extract_emails',
    'text normalize? include_defanged?',
    'E-mail addresses in a text, each once; with `normalize` in lower case and without `+tag`.',
    (given) => {
      const found = findEmails(source(given, 2));
      return once(given.flag(1, false) ? found.map(normalizedEmail) : found);
    },
  ),
  defineFunction('normalize_email', 'email', 'An address in lower case, without `+tag`.', (given) =>
    normalizedEmail(given.text(0)),
  ),
  hash('md5', 32),
  hash('sha1', 40),
  hash('sha256', 64),
  hash('sha512', 128),
  byPattern('extract_mac', 'MAC addresses, in lower case with colons,', MAC, (mac) =>
    mac.toLowerCase().replaceAll('-', ':'),
  ),
  byPattern('extract_asns', 'Autonomous system numbers such as `AS15169`', /\bAS\d{1,10}\b/g),
  byPattern('extract_cves', 'CVE identifiers', /\bCVE-\d{4}-\d{4,19}\b/gi, (cve) => cve.toUpperCase()),
];
