import semver from 'semver';
import { raise } from '../../../errors/catalogue.ts';
import { nearest } from '../../../language/source/did-you-mean.ts';
import type { NpmWish } from './npm-wish.ts';
import type { Packument } from './packument.ts';

export interface PickOptions {
  /** How old a version must be; zero: any age. */
  readonly ageMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Picked {
  readonly version: string;
  readonly notes: readonly string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
const SHOWN = 8;

/**
 * As npm chooses: of what fits, the one tagged `latest`, else the highest; deprecated ones only when nothing else fits. Versions that
 * are too young, or of unknown age, do not count. Throws PLUGIN_VERSION_NOT_FOUND, PLUGIN_VERSION_TOO_YOUNG.
 */
export function pickVersion(packument: Packument, { name, range }: NpmWish, { ageMs, now }: PickOptions): Picked {
  const tags = packument['dist-tags'];
  const versions = Object.keys(packument.versions).filter((version) => semver.valid(version) === version);
  const tagged = Object.hasOwn(tags, range) ? tags[range] : undefined;
  const fitting = semver
    .rsort(
      tagged === undefined
        ? versions.filter((version) => semver.satisfies(version, range))
        : versions.filter((version) => version === tagged || (ageMs > 0 && isBefore(version, tagged))),
    )
    .filter((version) => isRecordOf(packument, version));
  if (fitting.length === 0) throw notFound(packument, name, range, versions);

  const publishedAt = (version: string) => {
    const time = packument.time?.[version];
    const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    return Number.isNaN(parsed) ? undefined : parsed;
  };
  const isOld = (version: string) => ageMs === 0 || (publishedAt(version) ?? Number.POSITIVE_INFINITY) <= now - ageMs;
  const old = fitting.filter(isOld);
  if (old.length === 0) {
    const version = fitting[0]!;
    const published = publishedAt(version);
    throw raise.PLUGIN_VERSION_TOO_YOUNG({
      name,
      version,
      days: ageMs / DAY_MS,
      ...(published === undefined ? {} : { published: new Date(published).toISOString() }),
    });
  }
  const current = old.filter((version) => deprecation(packument, version) === undefined);
  const choice = current.length > 0 ? current : old;
  const latest = tags['latest'];
  const version = tagged === undefined && latest !== undefined && choice.includes(latest) ? latest : choice[0]!;
  return { version, notes: notesOn(version) };

  function notesOn(chosen: string): string[] {
    const deprecated = deprecation(packument, chosen);
    const younger = fitting.find((other) => semver.gt(other, chosen) && !isOld(other));
    return [
      ...(deprecated === undefined ? [] : [`${name}@${chosen} is deprecated: ${deprecated}`]),
      ...(younger === undefined ? [] : [`${name}@${younger} is too young to be taken`]),
    ];
  }
}

/** A tag that points to a version that is too young falls back to versions before it, never to another line of pre-releases. */
function isBefore(version: string, tagged: string): boolean {
  return semver.lt(version, tagged) && semver.prerelease(version) === null;
}

function isRecordOf(packument: Packument, version: string): boolean {
  const found = packument.versions[version];
  return typeof found === 'object' && found !== null;
}

function deprecation(packument: Packument, version: string): string | undefined {
  const { deprecated } = packument.versions[version] as { readonly deprecated?: unknown };
  if (typeof deprecated === 'string' && deprecated !== '') return deprecated;
  return deprecated === true ? 'no reason given' : undefined;
}

function notFound(packument: Packument, name: string, range: string, versions: readonly string[]) {
  const tags = Object.keys(packument['dist-tags']);
  const didYouMean = semver.validRange(range) === null ? nearest(range, tags) : undefined;
  const available = semver.rsort([...versions]).slice(0, SHOWN);
  return raise.PLUGIN_VERSION_NOT_FOUND({
    name,
    range,
    available: versions.length > SHOWN ? [...available, '…'] : available,
    ...(didYouMean === undefined ? {} : { didYouMean }),
  });
}
