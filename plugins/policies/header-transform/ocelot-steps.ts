import type { Exchange, PolicyHeaders, ResponseExchange } from '@backplane/sdk';
import type { OcelotStep } from './settings.ts';

/** Placeholders that must be the whole value. */
const LIVE: Readonly<Record<string, (exchange: Exchange) => string>> = {
  '{TraceId}': ({ id }) => id,
  '{RemoteIpAddress}': ({ connection }) => connection.clientAddress,
  '{UpstreamHost}': ({ request }) => request.host,
};

export function ocelotRequestSteps(steps: readonly OcelotStep[]): (exchange: Exchange) => void {
  return (exchange) => {
    const { headers } = exchange.request;
    for (const step of steps) {
      if ('value' in step) headers.set(step.header, textOf(step.value, exchange));
      else replaceFirst(headers, step.header, step.find, step.replaceWith);
    }
  };
}

/** A header that the answer has already stays. Ocelot leaves alone what it answers itself. */
export function ocelotResponseSteps(steps: readonly OcelotStep[]): (exchange: ResponseExchange) => void {
  return (exchange) => {
    const { response, upstream } = exchange;
    if (response.source === 'gateway' || (response.source === 'policy' && exchange.own === undefined)) return;
    const { headers } = response;
    for (const step of steps) {
      if ('value' in step) {
        if (headers.get(step.header) === undefined) headers.append(step.header, textOf(step.value, exchange));
        continue;
      }
      const find = step.find === '{DownstreamBaseUrl}' ? baseUrlOf(upstream.target?.origin) : step.find;
      if (find !== undefined) replaceFirst(headers, step.header, find, step.replaceWith);
    }
  };
}

function textOf(text: string, exchange: Exchange): string {
  return Object.hasOwn(LIVE, text) ? LIVE[text]!(exchange) : text;
}

/** Of several values only the first one is looked at, and only that one stays. */
function replaceFirst(headers: PolicyHeaders, name: string, find: string, replaceWith: string): void {
  const value = headers.get(name);
  if (value !== undefined)
    headers.set(
      name,
      value.replaceAll(find, () => replaceWith),
    );
}

/** `http://10.0.0.1:8080/`; the usual ports are left out. */
function baseUrlOf(origin: string | undefined): string | undefined {
  return origin === undefined ? undefined : `${origin.replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2')}/`;
}
