import { raise } from '../../../errors/catalogue.ts';
import type { TargetModel } from '../../model/upstream-model.ts';
import type { Section } from '../reading/section.ts';
import { discoverySource } from './discovery.ts';
import type { RouteTargets } from './route-targets.ts';
import type { RouteOptions, Translation } from './translation.ts';

/** Where the requests of a route go: hosts that it names, or a service that is discovered. */
export function routeTargets(translation: Translation, route: RouteOptions): RouteTargets | undefined {
  const { findings } = translation;
  const { section } = route;
  const scheme = targetScheme(translation, section, translation.global);
  const service = section.text('ServiceName');
  if (service) {
    return discoverySource(translation, section, service, section.text('ServiceNamespace'), scheme);
  }
  const hosts = hostsOf(section);
  checkHosts(translation, section);
  if (hosts.length === 0 || hosts.some(({ host }) => host === '')) {
    findings.error(section.at('DownstreamHostAndPorts', 'DownstreamHost'), raise.OCELOT_TARGET_MISSING({}));
    return undefined;
  }
  const targets = hosts.map(({ host, port }): TargetModel => {
    return { scheme, host, port: port ?? defaultPort(scheme), weight: 1, metadata: {} };
  });
  return { source: { kind: 'static', targets }, pathPrefix: '' };
}

function hostsOf(section: Section): readonly { host: string; port: number | undefined }[] {
  const listed = section.sections('DownstreamHostAndPorts').map((item) => ({
    host: item.text('Host')?.trim() ?? '',
    port: item.number('Port') || undefined,
  }));
  const single = section.text('DownstreamHost');
  // The first versions had one host.
  return single ? [{ host: single, port: section.number('DownstreamPort') || undefined }, ...listed] : listed;
}

/** Ocelot starts with any text, and no request would find the way. */
function checkHosts({ findings }: Translation, section: Section): void {
  for (const item of section.sections('DownstreamHostAndPorts')) {
    const port = item.number('Port') ?? 0;
    if (/[/?#@\s]/.test(item.text('Host')?.trim() ?? '')) {
      const expected = 'a name or an address, without scheme, port and path';
      findings.error(item.at('Host'), raise.OCELOT_VALUE_INVALID({ name: 'Host', expected }));
    }
    if (port < 0 || port > 65_535) {
      findings.error(item.at('Port'), raise.OCELOT_VALUE_INVALID({ name: 'Port', expected: 'between 1 and 65535' }));
    }
  }
}

const defaultPort = (scheme: TargetModel['scheme']) => (scheme === 'https' || scheme === 'h2' ? 443 : 80);

/** `DownstreamScheme` and `DownstreamHttpVersion` of a route; those of GlobalConfiguration are for dynamic routes. */
export function targetScheme({ findings }: Translation, section: Section, global?: Section): TargetModel['scheme'] {
  const given = section.text('DownstreamScheme')?.toLowerCase();
  if (given === undefined && global !== undefined) findings.info(section, raise.OCELOT_SCHEME_ASSUMED({}));
  if (given !== undefined && !['http', 'https', 'ws', 'wss'].includes(given)) {
    findings.error(
      section.at('DownstreamScheme'),
      raise.OCELOT_VALUE_INVALID({ name: 'DownstreamScheme', expected: 'http, https, ws or wss' }),
    );
  }
  const isSecure = given === 'https' || given === 'wss';
  const version = section.text('DownstreamHttpVersion');
  if (version === undefined) return isSecure ? 'https' : 'http';
  const major = /^(\d)(?:[.,]\d)?$/.exec(version)?.[1];
  const spot = section.at('DownstreamHttpVersion');
  if (major === undefined || Number(major) < 1 || Number(major) > 3) {
    findings.error(spot, raise.OCELOT_HTTP_VERSION_INVALID({ given: version }));
  }
  const policy = section.text('DownstreamHttpVersionPolicy')?.toLowerCase() ?? '';
  if (major === '3') {
    findings.warn(
      spot,
      raise.OCELOT_OPTION_UNSUPPORTED({
        name: 'HTTP/3',
        instead: `requests are sent with HTTP/${isSecure ? '2' : '1.1'}`,
      }),
    );
  }
  if (major === '2' || major === '3') {
    if (isSecure) return 'h2';
    // In clear text there is no agreement on versions: the lower one, unless the higher is demanded.
    return policy === 'requestversionexact' || policy === 'requestversionorhigher' ? 'h2c' : 'http';
  }
  return isSecure ? 'https' : 'http';
}
