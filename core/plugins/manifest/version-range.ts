/** `[major, minor, patch]` and the pre-release label; an absent label sorts last. */
interface Version {
  readonly numbers: readonly [number, number, number];
  readonly label: string | undefined;
}

type Test = (version: Version) => boolean;

const VERSION = /^v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const COMPARATOR =
  /^(\^|~|>=|<=|>|<|=)?v?(\d+|[xX*])(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Negative when `a` is the older one. Both must be versions. */
export function compareVersions(a: string, b: string): number {
  return compare(parseVersion(a)!, parseVersion(b)!);
}

/**
 * The part of npm's version ranges that manifests use: exact, `^`, `~`, comparisons, `1.x`, `*`, several joined by spaces, alternatives
 * by `||`. Undefined: not a range.
 */
export function compileRange(range: string): ((version: string) => boolean) | undefined {
  const alternatives = range.split('||').map((part) => compileAll(part.trim()));
  if (alternatives.some((test) => test === undefined)) return undefined;
  return (text) => {
    const version = parseVersion(text);
    return version !== undefined && alternatives.some((test) => test!(version));
  };
}

function compileAll(text: string): Test | undefined {
  const words = text
    .replaceAll(/(\^|~|>=|<=|>|<|=)\s+/g, '$1')
    .split(/\s+/)
    .filter((word) => word !== '');
  const tests = words.map(compileOne);
  if (tests.length === 0 || tests.some((test) => test === undefined)) return undefined;
  return (version) => tests.every((test) => test!(version));
}

function compileOne(text: string): Test | undefined {
  const match = COMPARATOR.exec(text);
  if (match === null) return undefined;
  const [, operator = '=', ...rest] = match;
  const given = rest.slice(0, 3).map((part) => (part === undefined || /[xX*]/.test(part) ? undefined : Number(part)));
  const known = given.includes(undefined) ? given.indexOf(undefined) : 3;
  if (known === 0) return operator === '<' || operator === '>' ? () => false : () => true;
  const low: Version = {
    numbers: [given[0] ?? 0, given[1] ?? 0, known < 3 ? 0 : given[2]!],
    label: known === 3 ? rest[3] : undefined,
  };
  const afterGiven = next(low, known - 1);
  switch (operator) {
    case '>=':
      return (version) => compare(version, low) >= 0;
    case '<':
      return (version) => compare(version, low) < 0;
    case '>':
      return (version) => (known === 3 ? compare(version, low) > 0 : compare(version, afterGiven) >= 0);
    case '<=':
      return (version) => (known === 3 ? compare(version, low) <= 0 : compare(version, afterGiven) < 0);
    case '~':
      return between(low, next(low, Math.min(known - 1, 1)));
    case '^':
      return between(low, next(low, Math.min(known - 1, caretPart(low))));
    default:
      return known === 3 ? (version) => compare(version, low) === 0 : between(low, afterGiven);
  }
}

/** What `^` keeps: everything up to the first number that is not zero. */
function caretPart({ numbers }: Version): number {
  const first = numbers.findIndex((number) => number !== 0);
  return first === -1 ? 2 : first;
}

/** The first version after all that share the numbers up to `part`; its own pre-releases count as beyond it. */
function next({ numbers }: Version, part: number): Version {
  const raised = numbers.map((number, index) => (index < part ? number : index === part ? number + 1 : 0));
  return { numbers: raised as [number, number, number], label: '0' };
}

function between(low: Version, end: Version): Test {
  return (version) => compare(version, low) >= 0 && compare(version, end) < 0;
}

function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  return { numbers: [Number(match[1]), Number(match[2]), Number(match[3])], label: match[4] };
}

function compare(a: Version, b: Version): number {
  for (let part = 0; part < 3; part++) {
    const difference = a.numbers[part]! - b.numbers[part]!;
    if (difference !== 0) return difference;
  }
  if (a.label === b.label) return 0;
  if (a.label === undefined) return 1;
  if (b.label === undefined) return -1;
  return compareLabels(a.label.split('.'), b.label.split('.'));
}

function compareLabels(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const left = a[index];
    const right = b[index];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left === right) continue;
    const numeric = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (numeric[0] && numeric[1]) return Number(left) - Number(right);
    if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
    return left < right ? -1 : 1;
  }
  return 0;
}
