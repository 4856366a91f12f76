import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { Log, PolicyConnection, PolicyRequest } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import { isPromise } from '../chain/run-steps.ts';
import type { SlotOwner } from '../chain/slot-owner.ts';
import type { AnswerSink } from '../exchange/answer-sink.ts';
import { clientAddressFrom } from '../exchange/client-address.ts';
import { type ExchangeSurroundings, GatewayExchange } from '../exchange/gateway-exchange.ts';
import { RequestView } from '../exchange/request-view.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { admitConnection } from './admit-connection.ts';
import { callRoute } from './call-route.ts';
import { Complaints } from './complaints.ts';
import { connectionOf } from './connection-of.ts';
import { serve } from './course.ts';
import { fail } from './fail.ts';
import type { Incoming } from './incoming.ts';
import { logOf } from './log-of.ts';
import { refusalOf } from './refusal-of.ts';
import { schemeOf } from './scheme-of.ts';
import { sendReply } from './send-reply.ts';
import { settle } from './settle.ts';
import { answerOn, forwardUpgrade } from './upgrade.ts';

export interface DataPlaneOptions {
  readonly log: Log;
  /** Addresses and CIDR blocks of proxies in front, whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[];
  readonly maxBodyBytes: number;
  /** Milliseconds that a hook of a policy may take to decide. */
  readonly policyLimitMs: number;
}

/** Of so many requests the policies of one are timed. */
const TIMED_OF = 64;

/** Takes requests from a listener through the snapshot that is in place when they come. */
export class DataPlane {
  #snapshot: Snapshot;
  readonly #options: DataPlaneOptions;
  readonly #addressOf: ReturnType<typeof clientAddressFrom>;
  readonly #surroundings: ExchangeSurroundings;
  #requests = 0;

  constructor(snapshot: Snapshot, options: DataPlaneOptions) {
    this.#snapshot = snapshot;
    this.#options = options;
    this.#addressOf = clientAddressFrom(options.trustedProxies);
    this.#surroundings = {
      log: options.log,
      policyLimitMs: options.policyLimitMs,
      logFor: (policy: SlotOwner, exchange) => logOf(options.log, policy, exchange),
      reply: (exchange, reply, chain) => sendReply(exchange, reply, 'policy', chain),
      fail,
      call: callRoute,
      complaints: new Complaints(options.log),
    };
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** From now on requests get this one; gives the one before, which the requests under way keep. */
  swap(snapshot: Snapshot): Snapshot {
    const before = this.#snapshot;
    this.#snapshot = snapshot;
    return before;
  }

  /** A request for a WebSocket goes through the same policies as any other. */
  upgrade(incoming: Incoming, message: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.take(incoming, answerOn(message, socket), 'ws', (exchange) => forwardUpgrade(exchange, { socket, head }));
  }

  /** Serves one request, whatever listener it came from. */
  take(
    incoming: Incoming,
    sink: AnswerSink,
    protocol: PolicyRequest['protocol'],
    upgrade?: (exchange: GatewayExchange) => void,
  ): void {
    const { rawHeaders, socket, peerAddress, body } = incoming;
    const clientAddress = this.#addressOf(peerAddress, rawHeaders);
    const isPeerTrusted = clientAddress !== peerAddress && this.#options.trustedProxies.length > 0;
    const isEncrypted = (socket as TLSSocket).encrypted === true;
    const request = new RequestView({
      method: incoming.method,
      url: incoming.url,
      rawHeaders,
      clientAddress,
      peerAddress,
      scheme: schemeOf({ isEncrypted, isPeerTrusted, rawHeaders }),
      protocol,
      hasBody: body !== undefined,
    });
    const snapshot = this.#snapshot;
    const exchange = new GatewayExchange({
      request,
      connection: connectionOf(socket, clientAddress),
      snapshot,
      sink,
      surroundings: this.#surroundings,
      isPeerTrusted,
      body,
    });
    snapshot.enter();
    this.#requests += 1;
    exchange.isTimed = this.#requests % TIMED_OF === 0;
    sink.on('close', () => settle(exchange));
    exchange.askForBody = incoming.askForBody;
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      fail(exchange, raise.GATEWAY_REQUEST_MALFORMED({ cause: refusal }));
      return;
    }
    if (upgrade !== undefined) exchange.upgrade = () => upgrade(exchange);
    exchange.maxBodyBytes = this.#options.maxBodyBytes;
    if (snapshot.connectionPolicies.length === 0) serve(exchange);
    else this.#serveAdmitted(exchange, incoming, connectionOf(socket, this.#addressOf(peerAddress, [])));
  }

  #serveAdmitted(exchange: GatewayExchange, { socket, hangUp }: Incoming, connection: PolicyConnection): void {
    const go = (may: boolean) => {
      if (may) serve(exchange);
      else if (hangUp !== undefined) hangUp();
      else socket.destroy();
    };
    const may = admitConnection(socket, connection, exchange.snapshot, this.#options);
    if (isPromise(may)) void may.then(go);
    else go(may);
  }
}
