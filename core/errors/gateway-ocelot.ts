import type { ErrorCatalogue, ErrorEntry } from '@backplane/sdk';

/** What is found in an Ocelot file. */
function found<D>(message: (data: D) => string, remedy: string): ErrorEntry<D> {
  return { status: 422, blame: 'config', retry: 'after-fix', message, remedy };
}

const hint = (name: string | undefined) => (name === undefined ? '' : ` Did you mean ${name}?`);

/** The import of Ocelot files. Which of them are errors, warnings or notes, the finding itself tells. */
export const gatewayOcelotErrors = {
  OCELOT_JSON_INVALID: found(
    (d: { problem: string }) => `This is not a JSON file that Ocelot could read: ${d.problem}.`,
    'Correct the text. Comments and a comma after the last item are allowed.',
  ),
  OCELOT_NAME_REPEATED: found(
    (d: { name: string }) => `${d.name} stands twice in the same object; names are compared whatever their case.`,
    'Keep one of them: Ocelot does not start with both.',
  ),
  OCELOT_NAME_SPLIT: found(
    (d: { name: string }) =>
      `Ocelot takes the colon in ${JSON.stringify(d.name)} for a separator, and never sees the name whole.`,
    'Use a name without a colon; claims are known by their short names too: `role` also finds the claim with the long URI.',
  ),
  OCELOT_PROPERTY_UNKNOWN: found(
    (d: { name: string; didYouMean?: string }) =>
      `Ocelot has no property ${d.name} here and ignores it.${hint(d.didYouMean)}`,
    'Correct the name or remove it.',
  ),
  OCELOT_PROPERTY_UNUSED: found(
    (d: { name: string; why: string }) => `${d.name} has no effect here: ${d.why}.`,
    'Remove it, or say it where it counts.',
  ),
  OCELOT_SECTION_FOREIGN: found(
    (d: { name: string }) => `${d.name} is for the program around Ocelot, not for Ocelot.`,
    'What a host of Backplane has instead stands in docs/reference/gateway/ocelot.md.',
  ),
  OCELOT_EXTENSION: found(
    (d: { name: string; meaning: string }) => `${d.name} is not Ocelot’s; Backplane gives it a meaning: ${d.meaning}.`,
    'Keep it if that is what you mean; Ocelot itself would ignore it.',
  ),
  OCELOT_NAME_OLD: found(
    (d: { name: string; today: string }) => `${d.name} is the old name of ${d.today}.`,
    'It is still read; write the new name when you edit the file.',
  ),
  OCELOT_NAME_GIVEN_TWICE: found(
    (d: { name: string; today: string }) =>
      `${d.name} is the old name of ${d.today}; both are given, and the old one counts.`,
    'Remove one of them.',
  ),
  OCELOT_VALUE_INVALID: found(
    (d: { name: string; expected: string }) => `${d.name} must be ${d.expected}.`,
    'Correct the value.',
  ),
  OCELOT_VALUE_REPLACED: found(
    (d: { name: string; given: string; used: string }) =>
      `${d.name} ${d.given} is out of range; Ocelot uses ${d.used} instead.`,
    'Write the value that should count.',
  ),
  OCELOT_VERSION_ASSUMED: found(
    (d: { names: readonly string[] }) =>
      `The file uses names of Ocelot 24.0 and older (${d.names.join(', ')}), so the rules of 24.0 are followed.`,
    'Say `compat: ocelot` for the rules of 24.1 and newer, or `compat: ocelot-24.0` to keep these.',
  ),
  OCELOT_TEMPLATE_INVALID: found(
    (d: { name: string; problem: string }) => `${d.name} ${d.problem}.`,
    'Write a path that begins with one slash, with placeholders in braces, each with a name of its own.',
  ),
  OCELOT_TEMPLATE_EXPRESSION: found(
    (d: { characters: string }) =>
      `Ocelot takes the text of the template for a regular expression, so ${d.characters} in it does not mean itself.`,
    'Nothing needs to be done where more matches than was meant is harmless.',
  ),
  OCELOT_PLACEHOLDER_UNBOUND: found(
    (d: { name: string; where: string }) =>
      `Nothing gives {${d.name}} in ${d.where} a value; it is sent as it is written.`,
    'Add the placeholder to UpstreamPathTemplate or to a header template, or correct its name.',
  ),
  OCELOT_ROUTE_REPEATED: found(
    (d: { template: string; other: number }) =>
      `${d.template} is the template of the route in line ${d.other} too, for the same host, headers and methods.`,
    'Ocelot does not start with both: give them different methods, hosts or header templates, or remove one.',
  ),
  OCELOT_ROUTE_SHADOWED: found(
    (d: { by: string; line: number }) =>
      `No request comes to this route: ${d.by} in line ${d.line} takes them all, since it comes first.`,
    'Move the more exact route up, or give it a higher Priority.',
  ),
  OCELOT_TARGET_MISSING: found(
    () => 'The route has no DownstreamHostAndPorts with a host, and no ServiceName.',
    'Say where its requests go.',
  ),
  OCELOT_DISCOVERY_MISSING: found(
    (d: { service: string }) =>
      `The service ${d.service} is to be discovered, but no ServiceDiscoveryProvider says where.`,
    'Add GlobalConfiguration.ServiceDiscoveryProvider with its Type, Host and Port, or give the route DownstreamHostAndPorts.',
  ),
  OCELOT_DISCOVERY_UNSUPPORTED: found(
    (d: { type: string }) => `There is nothing for the service discovery ${d.type}.`,
    'Consul, PollConsul, Kube, PollKube, WatchKube and ServiceFabric are understood; or give the routes DownstreamHostAndPorts.',
  ),
  OCELOT_BALANCER_UNKNOWN: found(
    (d: { type: string }) => `There is no load balancer ${d.type}.`,
    'Use RoundRobin, LeastConnection, CookieStickySessions or NoLoadBalancer.',
  ),
  OCELOT_SCHEME_UNKNOWN: found(
    (d: { scheme: string }) => `The authentication scheme ${d.scheme} is not declared.`,
    'Ocelot files only name schemes: say what it is under `authentication` in the gateway file that imports this one.',
  ),
  OCELOT_SCHEME_SINGLE: found(
    (d: { scheme: string; others: readonly string[] }) =>
      `Only ${d.scheme} is accepted here, though ${d.others.join(' and ')} ${d.others.length === 1 ? 'is' : 'are'} declared too.`,
    'List all that should be accepted in AuthenticationProviderKeys.',
  ),
  OCELOT_LOGIN_PROTECTED: found(
    (d: { template: string }) =>
      `${d.template} looks like the way to sign in, and only callers who are signed in may use it.`,
    'Remove AuthenticationOptions, or say `Optional: true` in it, which is Backplane’s own word.',
  ),
  OCELOT_METHODS_NARROW: found(
    (d: { missing: readonly string[] }) => `Requests with ${d.missing.join(' or ')} find no route here and get 404.`,
    'Browsers ask with OPTIONS before they call from another site: use the policy `cors` for the whole gateway, which answers first.',
  ),
  OCELOT_RATE_LIMIT_INVALID: found(
    (d: { problem: string }) => `The rate limit cannot work: ${d.problem}.`,
    'Give Limit a number above 0, and Period (and Wait) a number with d, h, m, s or ms.',
  ),
  OCELOT_CLIENT_HEADER_NEEDED: found(
    (d: { header: string }) => `Every request without the header ${d.header} is answered with 503 by this rate limit.`,
    'That is Ocelot’s rule since 24.1. Use `compat: ocelot-24.0`, where such callers share one quota, or the native rate limit by address.',
  ),
  OCELOT_QOS_INERT: found(
    (d: { why: string }) => `QoSOptions has no circuit breaker here: ${d.why}.`,
    'Set MinimumThroughput to 2 or more.',
  ),
  OCELOT_CLAIM_EXPRESSION_INVALID: found(
    (d: { name: string; treated: 'dropped' | 'header' | 'claim-header' }) =>
      d.treated === 'dropped'
        ? `What is said for ${d.name} is no claim expression; Ocelot drops it silently, and so does this.`
        : `What is said for ${d.name} is no claim expression, which Ocelot drops silently; here ${d.treated === 'header' ? 'the header is sent with it' : 'the claim is sent in this header'}.`,
    'Write `Claims[type] > value`, or use UpstreamHeaderTransform for texts that are no claims.',
  ),
  OCELOT_CLAIM_NAME_SHORT: found(
    (d: { claim: string }) =>
      `Ocelot compares ${d.claim} with the exact type of the claim, which .NET often replaces by a long URI; here both names are one.`,
    'Nothing needs to be done.',
  ),
  OCELOT_TRANSFORM_LOSES: found(
    (d: { header: string; problem: string }) =>
      `The transformation of ${d.header} does not do what it says: ${d.problem}.`,
    'Write `find, replacement` for a part of the first value, or the whole new value: a text, or one placeholder in braces.',
  ),
  OCELOT_HANDLER_UNKNOWN: found(
    (d: { kind: 'delegating handler' | 'aggregator'; name: string }) =>
      `The ${d.kind} ${d.name} is code of your own Ocelot, and nothing here stands for it.`,
    'Name a policy that does the same, or null to go without: `handlers: { NAME: { policy: …, config: … } }` in the gateway file.',
  ),
  OCELOT_OPTION_UNSUPPORTED: found(
    (d: { name: string; instead: string }) => `${d.name} is not followed: ${d.instead}.`,
    'Nothing needs to be done unless the service relies on it.',
  ),
  OCELOT_HTTP_VERSION_INVALID: found(
    (d: { given: string }) => `${JSON.stringify(d.given)} is no version of HTTP.`,
    'Write 1.0, 1.1, 2.0 or 3.0.',
  ),
  OCELOT_SCHEME_ASSUMED: found(
    () => 'Without DownstreamScheme Ocelot uses the scheme of the caller’s request; here it is http.',
    'Write DownstreamScheme.',
  ),
  OCELOT_AGGREGATE_INVALID: found(
    (d: { problem: string }) => `The aggregate cannot work: ${d.problem}.`,
    'Give it RouteKeys of routes in the file, each with a Key, and a template and host of its own.',
  ),
  OCELOT_GLOBAL_UNUSED: found(
    (d: { name: string }) => `Ocelot 24.0 does not use ${d.name} of GlobalConfiguration for routes.`,
    'Say it in the routes, or use `compat: ocelot`.',
  ),
  OCELOT_DYNAMIC_OPEN: found(
    (d: { limited: boolean }) =>
      d.limited
        ? 'The first part of the path names a service: whatever the registry knows may be called, as far as `services` of the gateway file lets it.'
        : 'The first part of the path names a service: whatever the registry knows may be called, as in Ocelot.',
    'Beside `ocelot:` in the gateway file, `services: named` opens those of DynamicRoutes alone, `services: { only: [shop-*] }` those that are meant.',
  ),
  OCELOT_DYNAMIC_CLOSED: found(
    () =>
      'The naming service of Service Fabric is not asked whether a service exists: only those of DynamicRoutes are reached.',
    'List the services that may be called in DynamicRoutes.',
  ),
  OCELOT_NOTHING_TO_ROUTE: found(
    () => 'The file has no routes.',
    'Add Routes, or DynamicRoutes together with a ServiceDiscoveryProvider.',
  ),
} as const satisfies ErrorCatalogue;
