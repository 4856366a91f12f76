import { hash } from 'node:crypto';
import {
  andThen,
  defineGatewayPolicy,
  type Exchange,
  findCredential,
  type PolicyReply,
  problemReply,
} from '@backplane/sdk';
import { authorizationSignature } from './authorization-signature.ts';
import { checkDigest } from './body-digest.ts';
import { messageSignature } from './message-signature.ts';
import { settings } from './settings.ts';
import { SignatureRefused, type SignedRequest } from './signed-request.ts';
import { signingKey } from './signing-key.ts';

const SOURCE = [{ header: 'authorization', prefix: 'Signature' }] as const;
const LARGEST_BODY = 1_048_576;

export const hmacSignature = defineGatewayPolicy({
  name: 'hmac-signature',
  title: 'Signed requests',
  summary: 'Who calls, by a signature of the request: HTTP Message Signatures, or the older Authorization: Signature.',
  config: settings,
  phases: ['authenticate'],
  onFailure: 'closed',
  body: { request: { buffer: { maxBytes: LARGEST_BODY, onOverflow: 'skip' } } },
  create({ config, shared, now, use }) {
    const { maxAge, clockTolerance, components, accept, replayGuard } = config;
    const scheme = use.scheme ?? 'hmac-signature';
    const keys = new Map(Object.entries(config.keys).map(([name, key]) => [name, signingKey(name, key, scheme)]));
    const knows = (keyId: string) => keys.has(keyId);
    const ofAuthorization = accept.includes('authorization');
    const ofMessages = accept.includes('message-signatures');

    function read({ request }: Exchange): SignedRequest | undefined {
      const signed = ofMessages ? messageSignature(request, knows) : undefined;
      if (signed !== undefined) return signed;
      const credential = ofAuthorization ? findCredential(request, SOURCE) : undefined;
      return credential === undefined ? undefined : authorizationSignature(request, credential);
    }

    /** Epoch milliseconds at which the signature ends. */
    function lifetime({ created, expires }: SignedRequest): number {
      if (created === undefined) throw new SignatureRefused('The signature does not tell when it was made.');
      if (created > now() + clockTolerance) throw new SignatureRefused('The signature was made in the future.');
      const until = Math.min(created + maxAge, expires ?? Number.POSITIVE_INFINITY) + clockTolerance;
      if (until <= now()) throw new SignatureRefused('The signature is too old.');
      return until;
    }

    function checkBody({ request }: Exchange, signed: SignedRequest): void {
      if (request.bodyKind === 'none') return;
      const [first] = signed.digests;
      if (first === undefined && !config.digest) return;
      if (first === undefined) throw new SignatureRefused('The signature does not cover a digest of the body.');
      if (request.body === undefined) throw new SignatureRefused(`The body is larger than ${LARGEST_BODY} bytes.`);
      for (const name of signed.digests) checkDigest(request, name, request.body);
    }

    function verify(
      exchange: Exchange,
      signed: SignedRequest,
    ): PolicyReply | undefined | Promise<PolicyReply | undefined> {
      const key = keys.get(signed.keyId);
      const uncovered = components.find((component) => !signed.components.includes(component));
      if (uncovered !== undefined) throw new SignatureRefused(`The signature does not cover "${uncovered}".`);
      const until = lifetime(signed);
      const isOfKey = key !== undefined && (signed.algorithm ?? key.algorithm) === key.algorithm;
      if (!isOfKey || !key.verify(signed.base, signed.signature))
        throw new SignatureRefused('The signature is not right.');
      checkBody(exchange, signed);
      if (!replayGuard) {
        exchange.identity = key.identity;
        return undefined;
      }
      // By what was signed, since one text may have several signatures.
      const once = `${use.id}/${hash('sha256', `${signed.keyId}\n${signed.base}`, 'base64url')}`;
      return andThen(shared.swap(once, undefined, '1', { ttlMs: until - now() }), (isFirst) => {
        if (!isFirst) return refuse(exchange, 'The request has been sent before.');
        exchange.identity = key.identity;
        return undefined;
      });
    }

    return {
      authenticate(exchange) {
        try {
          const signed = read(exchange);
          return signed === undefined ? undefined : verify(exchange, signed);
        } catch (error) {
          if (error instanceof SignatureRefused) return refuse(exchange, error.message);
          throw error;
        }
      },
    };

    function refuse(exchange: Exchange, detail: string): PolicyReply {
      const covers = components.join(' ');
      return problemReply({
        status: 401,
        code: 'GATEWAY_SIGNATURE_INVALID',
        title: 'Signature not accepted',
        detail,
        exchange,
        headers: { 'www-authenticate': `Signature headers="${covers}"` },
      });
    }
  },
});
