import { type HostRule, networkAllows } from '../host/network-allows.ts';
import type { Http } from '../ports/http.ts';
import { hostError } from './host-errors.ts';

/** A request that a plugin made, for assertions. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  /** False: the manifest does not ask for it, and it was refused. */
  readonly declared: boolean;
}

/** The `http` port as a host gives it: refuses what the rules do not allow, and ends with the call. Without rules everything is allowed. */
export function watchedHttp(
  http: Http,
  rules: readonly HostRule[] | undefined,
  call: AbortSignal,
  sent: (request: SentRequest) => void,
): Http {
  return {
    async send(request) {
      const method = (request.method ?? 'GET').toUpperCase();
      const url = new URL(request.url);
      const declared = rules === undefined || networkAllows(rules, method, url);
      sent({ method, url: request.url, declared });
      if (!declared) {
        throw hostError('PLUGIN_NETWORK_REFUSED', `The manifest does not ask for ${method} ${url.host}.`);
      }
      const signal = request.signal === undefined ? call : AbortSignal.any([call, request.signal]);
      signal.throwIfAborted();
      const ended = Promise.withResolvers<never>();
      const end = () => ended.reject(signal.reason);
      signal.addEventListener('abort', end, { once: true });
      try {
        return await Promise.race([http.send({ ...request, signal }), ended.promise]);
      } finally {
        signal.removeEventListener('abort', end);
      }
    },
  };
}
