import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { toErrorRecord } from '../../../errors/to-record.ts';
import { type BodyReceiver, CHUNK_BYTES } from '../body-transfer.ts';
import { unpackBytes } from '../crossing/packed-bytes.ts';
import type { HostCallMessage, ToGuest } from '../wire.ts';
import type { Asker } from './asker.ts';
import { LentFunctions } from './lent-functions.ts';
import { serveHostCall } from './serve-host-call.ts';

/** Bodies that a plugin may have on their way to the host at once. */
const MOST_BODY_BYTES = 128 * 1024 * 1024;
/** Requests under way at once. */
const MOST_AT_ONCE = 10_000;
/** Requests after their call had ended: a few are late, many are an attack. */
const MOST_STRAYS = 10_000;

interface Outlet {
  say(message: ToGuest, tail?: Uint8Array): void;
  body(id: number, bytes: Uint8Array): void;
  drop(id: number): void;
  end(error: BackplaneError): void;
}

/** What the calls of one plugin ask of the host: counted, checked against what each call was given, ended with it. */
export class HostCalls {
  readonly #plugin: string;
  readonly #receiver: BodyReceiver;
  readonly #outlet: Outlet;
  readonly #running = new Map<number, { readonly call: number; readonly controller: AbortController }>();
  #strays = 0;

  constructor(plugin: string, receiver: BodyReceiver, outlet: Outlet) {
    this.#plugin = plugin;
    this.#receiver = receiver;
    this.#outlet = outlet;
  }

  /** What is wrong about the message, if anything is. */
  take(
    message:
      | HostCallMessage
      | { readonly t: 'drop'; readonly id: number }
      | { readonly t: 'chunk'; readonly id: number },
    tail: Uint8Array | undefined,
    askerOf: (call: number) => Asker | undefined,
  ): string | undefined {
    if (message.t === 'drop') {
      this.#giveUp(message.id);
      return undefined;
    }
    if (message.t === 'chunk') {
      const expected = this.#receiver.chunk(message.id, tail ?? new Uint8Array());
      return expected || ++this.#strays <= MOST_STRAYS ? undefined : 'pieces of nothing';
    }
    if (this.#running.has(message.id)) return 'two requests of one number';
    const call = askerOf(message.call);
    if (call === undefined) return this.#late(message);
    const own = Object.hasOwn(call.ports, message.port) ? call.ports[message.port] : undefined;
    const lent = own instanceof LentFunctions ? own : undefined;
    const refused = lent?.isStream === true ? undefined : this.#spend(call);
    if (refused !== undefined) return this.#refuse(message.id, refused);
    if ((message.size ?? 0) + this.#receiver.pending > MOST_BODY_BYTES) {
      this.#outlet.end(raise.PLUGIN_LIMIT_MESSAGE({ plugin: this.#plugin, limit: MOST_BODY_BYTES }));
      return undefined;
    }
    if (message.places !== undefined) {
      const unpacked = unpackBytes(message.args, message.places, tail ?? new Uint8Array());
      if (unpacked === undefined || lent === undefined) return 'bytes that stand nowhere';
      void this.#serve({ ...message, args: unpacked.value as readonly unknown[] }, undefined, call, lent);
      return undefined;
    }
    if (tail !== undefined && tail.byteLength !== message.size) return 'a body of another size than it says';
    void this.#serve(message, tail, call, lent);
    return undefined;
  }

  /** Why the request of this call is one too many, if it is. */
  #spend(call: Asker): BackplaneError | undefined {
    if (this.#running.size < MOST_AT_ONCE) return call.spendHostCall();
    return raise.PLUGIN_LIMIT_HOST_CALLS({ plugin: this.#plugin, action: call.action, limit: MOST_AT_ONCE });
  }

  callOver(call: number): void {
    for (const [id, running] of this.#running) if (running.call === call) this.#giveUp(id);
  }

  allOver(): void {
    for (const id of [...this.#running.keys()]) this.#giveUp(id);
  }

  async #serve(
    message: HostCallMessage,
    tail: Uint8Array | undefined,
    call: Asker,
    lent: LentFunctions | undefined,
  ): Promise<void> {
    const { id, size } = message;
    const controller = new AbortController();
    this.#running.set(id, { call: message.call, controller });
    const isRunning = () => this.#running.get(id)?.controller === controller;
    try {
      if (lent?.has(message.method) === true) {
        const { value, body, places } = await lent.call(message.method, message.args, controller.signal);
        if (isRunning()) this.#outlet.say({ t: 'answer', id, value, ...(places && { places }) }, body);
        return;
      }
      const body = tail ?? (size === undefined ? undefined : await this.#body(id, size));
      const answer = await serveHostCall(this.#plugin, call.ports, message, body, controller.signal);
      if (!isRunning()) return;
      this.#answer(id, answer.value, answer.body);
    } catch (thrown) {
      if (isRunning()) this.#outlet.say({ t: 'refusal', id, error: toErrorRecord(thrown) });
    } finally {
      if (isRunning()) this.#running.delete(id);
    }
  }

  #body(id: number, size: number): Promise<Uint8Array> {
    return size === 0 ? Promise.resolve(new Uint8Array()) : this.#receiver.expect(id, size);
  }

  #answer(id: number, value: unknown, body?: Uint8Array): void {
    const answer = { t: 'answer' as const, id, value };
    const fits = body === undefined || body.byteLength <= CHUNK_BYTES;
    this.#outlet.say(body === undefined ? answer : { ...answer, size: body.byteLength }, fits ? body : undefined);
    if (!fits) this.#outlet.body(id, body);
  }

  #late({ id, port }: HostCallMessage): string | undefined {
    if (++this.#strays > MOST_STRAYS) return 'requests of calls that are over';
    return this.#refuse(id, raise.PLUGIN_PORT_REFUSED({ plugin: this.#plugin, port }));
  }

  #refuse(id: number, error: BackplaneError): undefined {
    this.#outlet.say({ t: 'refusal', id, error: toErrorRecord(error) });
  }

  #giveUp(id: number): void {
    this.#running.get(id)?.controller.abort();
    this.#running.delete(id);
    this.#receiver.drop(id);
    this.#outlet.drop(id);
  }
}
