import { raise } from '../../../errors/catalogue.ts';
import type { Spot } from '../findings.ts';
import { headerPairs } from './sound-names.ts';
import type { RouteOptions, Translation, UsePolicy } from './translation.ts';

/** What is done to one header: set (request) or added (response), or a part of its first value replaced. */
type Step = { readonly header: string } & (
  | { readonly value: string }
  | { readonly find: string; readonly replaceWith: string }
);

/** Names in braces that have a value for each request. */
const LIVE = ['TraceId', 'RemoteIpAddress', 'UpstreamHost'];

/** UpstreamHeaderTransform and DownstreamHeaderTransform → the policy `header-transform`. */
export function translateHeaderTransforms(
  translation: Translation,
  route: RouteOptions,
  further: Readonly<Record<string, string>>,
  use: UsePolicy,
): void {
  const request = steps(translation, route, 'UpstreamHeaderTransform');
  const response = steps(translation, route, 'DownstreamHeaderTransform');
  for (const [header, value] of Object.entries(further)) {
    request.push({ header, value: baseUrlIn(translation, value) });
  }
  if (request.length === 0 && response.length === 0) return;
  const config = {
    mode: 'ocelot',
    ...(request.length > 0 ? { request } : {}),
    ...(response.length > 0 ? { response } : {}),
  };
  use('header-transform', config, route.section.at('DownstreamHeaderTransform', 'UpstreamHeaderTransform'));
}

function steps(translation: Translation, route: RouteOptions, name: string): Step[] {
  const own = headerPairs(translation, route.section, name);
  const given = new Set(own.map(({ key }) => key.toLowerCase()));
  const shared = headerPairs(translation, translation.global, name).filter(({ key }) => !given.has(key.toLowerCase()));
  return [...shared, ...own].flatMap((pair) => stepOf(translation, pair, name) ?? []);
}

function stepOf(
  translation: Translation,
  { key: header, value, ...spot }: Spot & { key: string; value: string },
  name: string,
): Step | undefined {
  const loses = (problem: string) => translation.findings.warn(spot, raise.OCELOT_TRANSFORM_LOSES({ header, problem }));
  if (value.includes(',')) {
    const [find, replacement, ...rest] = value.split(',') as [string, string, ...string[]];
    if (rest.length > 0) loses('what follows a second comma is lost');
    let replaceWith = baseUrlIn(translation, replacement.replace(/^ +/, ''));
    if (LIVE.some((live) => replaceWith.includes(`{${live}}`))) {
      loses('only {BaseUrl} is filled in where a part is replaced');
    }
    if (find === '{DownstreamBaseUrl}' && !replaceWith.endsWith('/')) replaceWith += '/';
    if (find === '{DownstreamBaseUrl}' && name === 'UpstreamHeaderTransform') {
      loses('{DownstreamBaseUrl} is known only once the service has answered');
      return undefined;
    }
    if (find === '') {
      loses('there is nothing to find');
      return undefined;
    }
    return { header, find, replaceWith };
  }
  const placeholder = /^\{(.*)\}$/.exec(value)?.[1];
  if (placeholder === undefined && /\{[^{}]+\}/.test(value))
    loses('a placeholder must be the whole value; it is sent as it stands');
  if (placeholder !== undefined && placeholder !== 'BaseUrl' && !LIVE.includes(placeholder)) {
    loses(`{${placeholder}} is nothing that can be filled in, and Ocelot leaves the header out`);
    return undefined;
  }
  return { header, value: baseUrlIn(translation, value) };
}

function baseUrlIn({ global }: Translation, value: string): string {
  return value.replaceAll('{BaseUrl}', () => global.text('BaseUrl') ?? 'http://localhost:5000');
}
