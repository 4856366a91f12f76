import type { HttpRequest } from '@backplane/sdk';

/** A header that the plugin set under that name gives way, whatever its case. */
export function withHeader(name: string, value: string): (request: HttpRequest) => HttpRequest {
  return (request) => {
    const others = Object.entries(request.headers ?? {}).filter(([given]) => given.toLowerCase() !== name);
    return { ...request, headers: { ...Object.fromEntries(others), [name]: value } };
  };
}

/** Answers may repeat a credential as it is, as URLs have it, as JSON has it, or in base64. */
export function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  return [...new Set([value, encodeURIComponent(value), json, Buffer.from(value).toString('base64')])];
}
