import {
  defineGatewayPolicy,
  type Exchange,
  type PolicyIdentity,
  type PolicyReply,
  problemReply,
} from '@backplane/sdk';
import { claimExpression } from './claim-expression.ts';
import { claimsToRequest } from './claims-to-request.ts';
import { requirementOf } from './requirement.ts';
import { settings } from './settings.ts';

export const claims = defineGatewayPolicy({
  name: 'claims',
  title: 'Claims',
  summary: 'What an identity must have to come in, and what of it the upstream gets.',
  config: settings,
  phases: ['authorize', 'rewrite'],
  onFailure: 'closed',
  create({ config }) {
    const shortfall = requirementOf(config);
    const apply = claimsToRequest(config);
    const added = Object.entries(config.set).map(([claim, text]) => ({
      claim,
      from: claimExpression(text, config.aliases),
    }));
    const { scopes } = config;
    const requires =
      config.require !== undefined ||
      config.any !== undefined ||
      config.present.length + scopes.any.length + scopes.all.length > 0;

    return {
      authorize(exchange) {
        const { identity } = exchange;
        if (identity === undefined) {
          if (!requires) return undefined;
          return config.unknown === 'ask' ? unknown(exchange) : claimMissing(exchange, 'an identity');
        }
        const whole = added.length === 0 ? identity : withClaims(exchange, identity);
        if (typeof whole === 'string') return claimMissing(exchange, whole);
        if (!requires) return undefined;
        const lack = shortfall(whole, exchange.route.params);
        if (lack === undefined) return undefined;
        return lack.kind === 'scope' ? scopeMissing(exchange, lack.what) : claimMissing(exchange, lack.what);
      },
      rewrite(exchange) {
        const missing = apply(exchange, exchange.identity);
        return missing === undefined ? undefined : claimMissing(exchange, missing);
      },
    };

    /** Or the claim that could not be made, where that is refused. */
    function withClaims(exchange: Exchange, identity: PolicyIdentity): PolicyIdentity | string {
      const all: Record<string, unknown> = { ...identity.claims };
      for (const { claim, from } of added) {
        const value = from(identity);
        if (value !== undefined) all[claim] = value;
        else if (config.missing === 'refuse') return claim;
      }
      exchange.identity = { ...identity, claims: all };
      return exchange.identity;
    }
  },
});

function unknown(exchange: Exchange): PolicyReply {
  return problemReply({
    status: 401,
    code: 'GATEWAY_IDENTITY_REQUIRED',
    title: 'Sign-in required',
    detail: 'This route is for known callers alone.',
    exchange,
  });
}

function claimMissing(exchange: Exchange, what: string): PolicyReply {
  return problemReply({
    status: 403,
    code: 'GATEWAY_CLAIM_MISSING',
    title: 'Not allowed',
    detail: 'You are not allowed to do this.',
    exchange,
    because: `required: ${what}`,
  });
}

function scopeMissing(exchange: Exchange, what: string): PolicyReply {
  return problemReply({
    status: 403,
    code: 'GATEWAY_SCOPE_MISSING',
    title: 'Scope missing',
    detail: `Your credential has not the scope that this needs: ${what}.`,
    exchange,
    headers: {
      'www-authenticate': `Bearer error="insufficient_scope", scope="${what.replaceAll(/["\\]|[^\x20-\x7e]/g, '')}"`,
    },
  });
}
