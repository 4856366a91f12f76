import type { Http, HttpReply, HttpRequest } from '@backplane/sdk';
import { networkAllows } from '@backplane/sdk/host';
import { raise } from '../../errors/catalogue.ts';
import { hopsOf } from '../../network/hops.ts';
import type { NetworkRule } from '../capabilities/capabilities.ts';

/** `http` for these hosts and methods only, asked at every redirect again. */
export function restrictedHttp(http: Http, plugin: string, rules: readonly NetworkRule[]): Http {
  return {
    send: (request: HttpRequest): Promise<HttpReply> =>
      hopsOf(request, (hop) => {
        const method = (hop.method ?? 'GET').toUpperCase();
        const url = URL.parse(hop.url);
        // What is no URL is refused by the port itself, in its own words.
        if (url !== null && !networkAllows(rules, method, url))
          throw raise.PLUGIN_NETWORK_REFUSED({ plugin, method, host: url.host });
        return http.send(hop);
      }),
  };
}
