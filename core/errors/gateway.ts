import type { ErrorCatalogue } from '@backplane/sdk';

/** What a gateway answers by itself, and why its files are refused. */
export const gatewayErrors = {
  GATEWAY_CONFIG_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { problems: readonly string[] }) => `The gateway cannot run this:\n${d.problems.join('\n')}`,
    remedy:
      'Correct the named places; until then the gateway goes on as it was. `backplane gateway check` shows all problems.',
  },
  GATEWAY_SOURCE_UNREADABLE: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { path: string; cause: string }) => `The gateway file or folder ${d.path} cannot be read: ${d.cause}.`,
    remedy: 'Name files that are there, or a folder with gateway files; `config/gateway/` is the folder of a host.',
  },
  GATEWAY_OCELOT_UNREADABLE: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { path: string; cause: string }) => `The Ocelot file ${d.path} cannot be read: ${d.cause}.`,
    remedy: 'Paths are meant from the folder of the gateway file that names them.',
  },
  GATEWAY_SECRET_MISSING: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { name: string; key: string }) => `There is no secret ${d.name} with the key ${d.key}.`,
    remedy: 'Store it in the default workspace: `backplane secret set NAME KEY`; or correct `secret:NAME.KEY`.',
  },
  GATEWAY_NOT_RUNNING: {
    status: 409,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { why: string }) => `The gateway of this host does not run: ${d.why}.`,
    remedy:
      'Put a file into `config/gateway/`, or start the host with `--gateway-port`; `backplane gateway status` says more.',
  },
  GATEWAY_FILE_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { problem: string }) => (d.problem.endsWith('?') ? d.problem : `${d.problem}.`),
    remedy: 'docs/reference/gateway/files.md has every key; editors know them by the JSON Schema beside the files.',
  },
  GATEWAY_TARGET_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { url: string }) => `"${d.url}" is not the address of a service.`,
    remedy:
      'Write a scheme, a host and perhaps a port: http://10.0.0.7:8080, https://api.example.com, h2c://orders:50051. A path belongs into `rewrite`.',
  },
  GATEWAY_UPSTREAM_UNKNOWN: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { name: string; by: string }) => `There is no upstream ${d.name}, which ${d.by} names.`,
    remedy: 'Add it to `upstreams` of any gateway file, or write the URL of the service.',
  },
  GATEWAY_FAILOVER_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { name: string; upstream: string }) =>
      `${d.name} cannot stand in for ${d.upstream}: it is many services, and no path would name one of them.`,
    remedy: 'Name an upstream with targets, or with one service, in `failover`.',
  },
  GATEWAY_SCHEME_UNKNOWN: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { name: string }) => `There is no authentication scheme ${d.name}.`,
    remedy: 'Add it to `authentication` of any gateway file: `authentication: { Bearer: { type: jwt, … } }`.',
  },
  GATEWAY_NAME_TAKEN: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { kind: 'route' | 'upstream' | 'scheme'; name: string }) =>
      `There are two of kind ${d.kind} with the name ${d.name}.`,
    remedy: 'Give one of them another name; names hold over all gateway files.',
  },
  GATEWAY_ROUTE_SHADOWED: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { route: string; by: string; at: string }) =>
      `No request reaches the route ${d.route}: ${d.by} (${d.at}) has the same path, conditions and methods.`,
    remedy: 'Take one of them out, or give them different `methods`, `hosts`, `headers`, `query` or `priority`.',
  },
  GATEWAY_ROUTE_UNANSWERED: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { route: string }) => `Nobody answers the route ${d.route}: it has neither \`to\` nor policies.`,
    remedy: 'Give it `to`, or a policy that answers: mock, workflow, aggregate.',
  },
  GATEWAY_PLUGIN_NAME_TAKEN: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { kind: 'policy' | 'service discovery'; name: string; used: string; unused: string }) =>
      `The plugins ${d.used} and ${d.unused} both bring the ${d.kind} ${d.name}; the one of ${d.used} is used.`,
    remedy: 'Disable one of the two plugins in `config/plugins.yaml`, or give the one of your own another name.',
  },
  GATEWAY_CERTIFICATE_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { file: string; cause: string }) => `The gateway cannot serve the certificate ${d.file} (${d.cause}).`,
    remedy:
      'Write PEM files: a certificate with its chain, the own one first, and the key that belongs to it, without a passphrase, both readable for the host.',
  },
  GATEWAY_ADDRESS_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { text: string }) => `"${d.text}" is neither an IP address nor a CIDR block.`,
    remedy: 'Write an address such as 10.0.0.7, or a block such as 10.0.0.0/8 or fd00::/8.',
  },
  GATEWAY_PATTERN_INVALID: {
    status: 400,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { pattern: string; cause: string }) => `\`${d.pattern}\` cannot be used: ${d.cause}.`,
    remedy:
      'Write paths such as /orders/{id} or /files/{rest*}, and use only parameters that the path of the route has.',
  },
  GATEWAY_HEADER_INVALID: {
    status: 500,
    blame: 'plugin',
    retry: 'after-fix',
    message: (d: { name: string }) =>
      `A policy set the header ${JSON.stringify(d.name)} to something that cannot be sent.`,
    remedy: 'Names are letters, digits and dashes; values are one line of Latin-1 text.',
  },
  GATEWAY_REQUEST_MALFORMED: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { cause: string }) => `The request cannot be passed on: ${d.cause}.`,
    remedy: 'Send a well-formed HTTP request whose path has no dot segments and no broken encoding.',
  },
  GATEWAY_ROUTE_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (_: object) => 'No route is for this address.',
    remedy: 'Check host, path and headers; `backplane gateway explain METHOD URL` shows which routes were considered.',
  },
  GATEWAY_METHOD_NOT_ALLOWED: {
    status: 405,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { method: string; allowed: readonly string[] }) =>
      `${d.method} is not possible here, only ${d.allowed.join(', ')}.`,
    remedy: 'Use one of the methods that the header Allow names.',
  },
  GATEWAY_BODY_TOO_LARGE: {
    status: 413,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { maxBytes: number }) => `The body is larger than ${d.maxBytes} bytes.`,
    remedy: 'Send less, or let the administrator raise `maxBodyBytes` of the route.',
  },
  GATEWAY_UNAUTHENTICATED: {
    status: 401,
    blame: 'credential',
    retry: 'after-fix',
    message: (_: object) => 'This needs a caller who is known.',
    remedy: 'Send a valid credential of one of the kinds that the route accepts.',
  },
  GATEWAY_FAILED: {
    status: 500,
    blame: 'host',
    retry: 'later',
    message: (_: object) => 'The gateway failed.',
    remedy: 'The log of the gateway has the reason, under the correlation id.',
  },
  GATEWAY_POLICY_FAILED: {
    status: 500,
    blame: 'plugin',
    retry: 'later',
    message: (d: { policy: string; phase: string }) =>
      `The policy ${d.policy} failed in ${d.phase}, so the request was not let through.`,
    remedy: 'The log of the gateway has the reason; `backplane gateway explain` shows the last verdicts.',
  },
  GATEWAY_POLICY_TIMEOUT: {
    status: 500,
    blame: 'plugin',
    retry: 'later',
    message: (d: { policy: string; phase: string; limitMs: number }) =>
      `The policy ${d.policy} did not decide within ${d.limitMs} ms in ${d.phase}.`,
    remedy: 'See what it waits for: most often a service that it asks.',
  },
  GATEWAY_UPSTREAM_UNREACHABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { upstream: string; cause: string }) => `No connection to the upstream ${d.upstream}: ${d.cause}.`,
    remedy: 'Check that the service runs and that its address in the gateway files is right.',
  },
  GATEWAY_UPSTREAM_BROKEN: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { upstream: string; cause: string }) =>
      `The upstream ${d.upstream} gave no proper answer: ${d.cause}.`,
    remedy: 'See the log of the service; the request may have been carried out.',
  },
  GATEWAY_UPSTREAM_TIMEOUT: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { upstream: string; limitMs: number }) =>
      `The upstream ${d.upstream} did not answer within ${d.limitMs} ms.`,
    remedy:
      'Try again; the request may have been carried out. The limit is `timeout` of the route, or of the step that calls it.',
  },
  GATEWAY_BODY_SENT: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (_: object) => 'The request cannot be sent again: its body has gone already.',
    remedy: 'Let the policy that tries again hold the body (`body.request: { buffer }`).',
  },
  GATEWAY_NO_TARGET: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: (d: { upstream: string }) => `The upstream ${d.upstream} has no target that can take requests.`,
    remedy:
      'Its targets are unhealthy, or its registry knows none; /readyz and `backplane gateway upstreams` show which.',
  },
  GATEWAY_SERVICE_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { service: string | undefined }) =>
      d.service === undefined
        ? 'The path names no service that may be called.'
        : `The registry knows no healthy instance of a service ${d.service}.`,
    remedy:
      'Check the name at the beginning of the path; `backplane gateway explain METHOD URL` says whether it may be used. An unknown name is asked for again after five seconds.',
  },
  GATEWAY_REGISTRY_UNREACHABLE: {
    status: 503,
    blame: 'upstream',
    retry: 'later',
    message: (d: { upstream: string }) => `The registry of ${d.upstream} could not be asked for the service.`,
    remedy: 'The log says why; services that are followed already are served on.',
  },
  GATEWAY_SERVICES_FULL: {
    status: 503,
    blame: 'config',
    retry: 'later',
    message: (d: { upstream: string; most: number }) =>
      `As many services of ${d.upstream} are in use as may be at once: ${d.most}.`,
    remedy:
      'Raise `most` in `services` of the upstream or of the Ocelot entry, or say in `only` which services are meant.',
  },
  GATEWAY_SERVICES_BUSY: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { upstream: string }) =>
      `More services of ${d.upstream} are being looked for than the registry is asked for.`,
    remedy:
      'Try again in a moment. If it stays, somebody is calling names that nobody has: let them sign in first, or limit `only`.',
  },
  GATEWAY_NOT_ANSWERED: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { route: string }) => `None of the policies of the route ${d.route} answered, and it has no upstream.`,
    remedy: 'Give the route `to`, or a policy that answers: mock, workflow, aggregate.',
  },
  GATEWAY_CALL_CIRCLE: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { route: string }) => `Routes call each other in a circle, by ${d.route}.`,
    remedy: 'Let aggregates and mirrors name routes that do not lead back to them.',
  },
  GATEWAY_CALL_UNKNOWN: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { route: string }) => `A policy calls the route ${d.route}, which does not exist.`,
    remedy: 'Correct the id of the route in the configuration of the policy.',
  },
  GATEWAY_CALL_TOO_LARGE: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { route: string; maxBytes: number }) =>
      `The answer of the route ${d.route} is larger than ${d.maxBytes} bytes.`,
    remedy: 'Ask for less, or raise the limit of the policy that calls it.',
  },
  GATEWAY_ANSWER_TOO_LARGE: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { upstream: string; maxBytes: number }) =>
      `The answer of ${d.upstream} is larger than the ${d.maxBytes} bytes that may be held at once.`,
    remedy:
      'Raise the limit of the policy that has to see it, or take it off this route; a workflow asks for less at once.',
  },
  GATEWAY_CALL_UPSTREAM_UNKNOWN: {
    status: 404,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { upstream: string; near: string | undefined }) =>
      `The gateway has no upstream ${JSON.stringify(d.upstream)}.${d.near === undefined ? '' : ` Did you mean ${d.near}?`}`,
    remedy: 'Name one of `upstreams` in the gateway files; `backplane gateway upstreams` lists them.',
  },
  GATEWAY_CALL_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { upstream: string; problem: string }) =>
      `The request to the upstream ${d.upstream} cannot be sent: ${d.problem}.`,
    remedy: 'Correct the request; encode what comes from elsewhere before it becomes part of a path.',
  },
  GATEWAY_CALL_REFUSED: {
    status: 403,
    blame: 'policy',
    retry: 'never',
    message: (_: object) => 'The services behind the gateway may be called from the default workspace alone.',
    remedy: 'Call the gateway over HTTP, where its routes decide, or let a workflow of the default workspace do it.',
  },
} as const satisfies ErrorCatalogue;
