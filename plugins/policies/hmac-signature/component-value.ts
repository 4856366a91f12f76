import type { PolicyRequest } from '@backplane/sdk';
import { SignatureRefused } from './signed-request.ts';

/** The value of a component of a request (RFC 9421, section 2): derived ones begin with `@`, others are headers. */
export function componentValue(request: PolicyRequest, name: string): string {
  const { method, url, scheme } = request;
  switch (name) {
    case '@method':
      return method;
    case '@scheme':
      return scheme;
    case '@authority':
      return authority(request);
    case '@target-uri':
      return `${scheme}://${authority(request)}${url}`;
    case '@request-target':
      return url;
    case '@path':
      return url.split('?', 1)[0] || '/';
    case '@query':
      return url.includes('?') ? url.slice(url.indexOf('?')) : '?';
  }
  if (name.startsWith('@')) throw new SignatureRefused(`The component "${name}" is not supported.`);
  const values = request.headers.all(name);
  if (values.length === 0) throw new SignatureRefused(`The signature covers "${name}", which the request has not.`);
  return values.map((value) => value.trim().replaceAll(/\s*\r?\n\s+/g, ' ')).join(', ');
}

function authority({ host, scheme }: PolicyRequest): string {
  return host.replace(scheme === 'https' ? /:443$/ : /:80$/, '').toLowerCase();
}
