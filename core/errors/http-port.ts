import type { ErrorCatalogue } from '@backplane/sdk';

/** What can go wrong between the host and the outside world. Messages name hosts, never paths, queries or headers: those hold secrets. */
export const httpPortErrors = {
  HTTP_PORT_URL_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { url: string; reason: string }) => `"${d.url}" is not an address to send a request to: ${d.reason}.`,
    remedy: 'Give an absolute URL that starts with http:// or https://.',
  },
  HTTP_PORT_HEADER_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { name: string; reason: string }) =>
      `The header ${JSON.stringify(d.name)} cannot be sent: ${d.reason}.`,
    remedy: 'Header names are letters, digits and dashes; values are one line of Latin-1 text.',
  },
  HTTP_PORT_CERTIFICATE_INVALID: {
    status: 400,
    blame: 'credential',
    retry: 'after-fix',
    message: (d: { which: string; cause: string }) => `The ${d.which} cannot be used: ${d.cause}.`,
    remedy: 'Store the PEM text, with its BEGIN and END lines, and a key that belongs to its certificate.',
  },
  HTTP_PORT_HOST_UNKNOWN: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string }) => `The name ${d.host} has no address.`,
    remedy: 'Check the spelling of the host; if it is right, check the name server of this machine.',
  },
  HTTP_PORT_UNREACHABLE: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string; cause: string }) => `No connection to ${d.host}: ${d.cause}.`,
    remedy: 'Check that the service runs, its port, and that this machine may reach it.',
  },
  HTTP_PORT_CONNECTION_LOST: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string }) => `${d.host} closed the connection before the answer was complete.`,
    remedy: 'Try again; the request may have been carried out already.',
  },
  HTTP_PORT_TLS: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { host: string; cause: string }) => `No secure connection to ${d.host}: ${d.cause}.`,
    remedy:
      'Give the certificate authority as secret `ca_cert`, a client certificate as `mtls`, or correct the certificate of the server.',
  },
  HTTP_PORT_TIMEOUT: {
    status: 504,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string; limitMs: number }) => `${d.host} did not answer completely within ${d.limitMs} ms.`,
    remedy: 'Raise `timeout` if the service is known to be slow.',
  },
  HTTP_PORT_ABORTED: {
    status: 499,
    blame: 'input',
    retry: 'never',
    message: (d: { host: string }) => `The request to ${d.host} was cancelled.`,
    remedy: 'Nothing: whoever started the work stopped it.',
  },
  HTTP_PORT_TOO_MANY_REDIRECTS: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { host: string; limit: number }) => `${d.host} redirected more than ${d.limit} times.`,
    remedy: 'The service may be redirecting in a circle: check the address, or raise `max_redirects`.',
  },
  HTTP_PORT_REDIRECT_INVALID: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { host: string; reason: string }) =>
      `${d.host} redirected to an address that cannot be followed: ${d.reason}.`,
    remedy: 'Turn `follow_redirects` off and read the `location` header to see where it leads.',
  },
  HTTP_PORT_BODY_TOO_LARGE: {
    status: 502,
    blame: 'upstream',
    retry: 'after-fix',
    message: (d: { host: string; limit: number }) =>
      `The answer of ${d.host} is larger than ${d.limit} bytes (after decompression).`,
    remedy: 'Ask the service for less at a time: a page, a filter, a range.',
  },
  HTTP_PORT_REPLY_INVALID: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { host: string; cause: string }) => `The answer of ${d.host} is not valid HTTP: ${d.cause}.`,
    remedy: 'Check that the address and port belong to an HTTP service, and http:// against https://.',
  },
  HTTP_PORT_PROXY: {
    status: 502,
    blame: 'config',
    retry: 'later',
    message: (d: { host: string; proxy: string; cause: string }) =>
      `The proxy ${d.proxy} does not lead to ${d.host}: ${d.cause}.`,
    remedy:
      'Check `egress.proxy` in config/backplane.yaml and the rules of the proxy, or name the target in `egress.noProxy`.',
  },
  HTTP_PORT_FIXTURE_INVALID: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { problem: string }) => `The HTTP fixture is not valid: ${d.problem}.`,
    remedy:
      'A fixture is one answer {"status", "headers", "data"} or a list of {"match": {"method", "url", "query", "body"}, "answer"}.',
  },
  HTTP_PORT_FIXTURE_NO_MATCH: {
    status: 400,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { method: string; url: string }) => `The HTTP fixture has no answer to ${d.method} ${d.url}.`,
    remedy: 'Add an entry whose `match` fits the call, or a last one with an empty `match` for all others.',
  },
  EGRESS_DENIED: {
    status: 403,
    blame: 'policy',
    retry: 'after-fix',
    message: (d: { host: string; reason: string }) => `This host may not connect to ${d.host}: ${d.reason}.`,
    remedy: 'An administrator can permit it under `egress` in config/backplane.yaml.',
  },
  EGRESS_RULE_INVALID: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { list: string; rule: string }) =>
      `${JSON.stringify(d.rule)} in egress.${d.list} is neither a host name, nor an address, nor a range.`,
    remedy:
      'Write `api.example.com`, `*.example.com`, `10.1.2.3`, `10.0.0.0/8` or `[fd00::1]`, each with `:port` if only that port is meant.',
  },
} as const satisfies ErrorCatalogue;
