import { createHmac, randomBytes } from 'node:crypto';
import {
  DURATION,
  defineGatewayPolicy,
  dropCredential,
  type Exchange,
  expiringCache,
  findCredential,
  milliseconds,
  type PolicyIdentity,
  type PolicyReply,
  problemReply,
  singleFlight,
} from '@backplane/sdk';
import { z } from 'zod';
import { fits, isPasswordHash } from './password-hash.ts';

const duration = z.union([z.number().nonnegative(), z.string().regex(DURATION)]).transform(milliseconds);
const text = z.string().min(1);
const passwordHash = z.string().refine(isPasswordHash, 'no hash like $argon2id$v=19$… or $scrypt$ln=…');

const user = z.union([
  passwordHash.transform((password) => ({ password, scopes: [], claims: {} })),
  z.strictObject({
    password: passwordHash.describe('Its hash'),
    scopes: z.array(text).default([]),
    claims: z.record(text, z.unknown()).default({}),
  }),
]);

export const settings = z.strictObject({
  users: z
    .record(text.regex(/^[^:]+$/, 'names have no colon'), user)
    .refine((users) => Object.keys(users).length > 0, 'name at least one user')
    .describe('Name → hash of the password, or hash, scopes and claims'),
  realm: z
    .string()
    .regex(/^[^"\\\r\n]*$/)
    .default('gateway'),
  prompt: z
    .boolean()
    .default(false)
    .describe('Asks requests without a credential for one, so that browsers show their window'),
  forward: z.boolean().default(false).describe('The upstream sees the credential'),
  cacheFor: duration.prefault('5m').describe('How long a good password is remembered'),
  cacheEntries: z.int().nonnegative().default(1_000),
  maxPending: z.int().positive().default(32).describe('Passwords being checked at the same time'),
});

const SOURCE = [{ header: 'authorization', prefix: 'Basic' }] as const;
const LONGEST = 2_048;

export const basic = defineGatewayPolicy({
  name: 'basic',
  title: 'Names and passwords',
  summary: 'Who calls, by HTTP Basic authentication.',
  config: settings,
  phases: ['authenticate', 'rewrite'],
  onFailure: 'closed',
  create({ config, now, use }) {
    const scheme = use.scheme ?? 'basic';
    const identities = new Map(
      Object.entries(config.users).map(([name, { password, scopes, claims }]) => {
        const identity = { subject: name, scheme, scopes, claims: Object.freeze({ sub: name, ...claims }) };
        return [name, { password, identity: Object.freeze(identity) }];
      }),
    );
    // Unknown names take as long as known ones.
    const anyHash = identities.values().next().value!.password;
    // Keyed, so that the memory of the process holds nothing that a password could be guessed against.
    const secret = randomBytes(32);
    const good = expiringCache<PolicyIdentity>({ maxEntries: config.cacheEntries });
    const flight = singleFlight<PolicyIdentity | undefined>();
    let pending = 0;

    async function find(name: string, password: string, key: string): Promise<PolicyIdentity | undefined> {
      pending += 1;
      try {
        const known = identities.get(name);
        const isRight = await fits(password, known?.password ?? anyHash);
        if (!isRight || known === undefined) return undefined;
        good.set(key, known.identity, now() + config.cacheFor);
        return known.identity;
      } finally {
        pending -= 1;
      }
    }

    function refuse(exchange: Exchange, detail: string): PolicyReply {
      return problemReply({
        status: 401,
        code: 'GATEWAY_PASSWORD_INVALID',
        title: 'Name or password not accepted',
        detail,
        exchange,
        headers: { 'www-authenticate': `Basic realm="${config.realm}", charset="UTF-8"` },
      });
    }

    return {
      authenticate(exchange) {
        const credential = findCredential(exchange.request, SOURCE);
        if (credential === undefined) return config.prompt ? refuse(exchange, 'Say who you are.') : undefined;
        const decoded = credential.length > LONGEST ? '' : decode(credential);
        const colon = decoded.indexOf(':');
        if (colon < 1) return refuse(exchange, 'The credential is none of HTTP Basic authentication.');
        const key = createHmac('sha256', secret).update(decoded).digest('base64');
        const settle = (identity: PolicyIdentity | undefined) => {
          if (identity === undefined) return refuse(exchange, 'The name or the password is wrong.');
          exchange.identity = identity;
          return undefined;
        };
        const known = good.get(key, now());
        if (known !== undefined) return settle(known);
        if (pending >= config.maxPending)
          return problemReply({
            status: 503,
            code: 'GATEWAY_IDENTITY_UNAVAILABLE',
            title: 'Identity cannot be checked',
            detail: 'Too many passwords are being checked at the moment. Try again.',
            exchange,
            headers: { 'retry-after': '1' },
          });
        return flight(key, () => find(decoded.slice(0, colon), decoded.slice(colon + 1), key)).then(settle);
      },
      rewrite(exchange) {
        if (!config.forward) dropCredential(exchange, SOURCE);
        return undefined;
      },
    };
  },
});

function decode(credential: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential)) return '';
  return Buffer.from(credential, 'base64').toString('utf8');
}
