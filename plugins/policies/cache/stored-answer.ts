import type { ResponseExchange } from '@backplane/sdk';
import type CachePolicy from 'http-cache-semantics';
import type { Kept } from './answer-store.ts';

/** An answer as it was when it came by. */
export interface AnswerCopy extends Kept {
  readonly status: number;
  /** Lower-case names, repeated ones joined; without those of the connection and without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Uint8Array;
  /** Of its region, from before it was asked for. */
  readonly version: string;
}

/** An answer that is kept by the rules of RFC 9111. */
export interface StoredAnswer extends AnswerCopy {
  readonly policy: CachePolicy;
  /** What of the request has to be the same: `Vary`, and what the administrator added. */
  readonly vary: readonly (readonly [name: string, value: string | undefined])[];
  readonly own: string;
  /** It must not be used stale, whatever the administrator would like. */
  readonly mustRevalidate: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

/** Roughly: strings take up to two bytes a character. */
export function bytesOf(headers: Readonly<Record<string, string>>, body: Uint8Array): number {
  return (
    Object.entries(headers).reduce((sum, [name, value]) => sum + 2 * (name.length + value.length), 512) +
    body.byteLength
  );
}

/** Pieces of a body on their way, up to a limit. */
export class BodyCopy {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** False when it has become too large. */
  add(piece: Uint8Array): boolean {
    this.#bytes += piece.byteLength;
    if (this.#bytes > this.#most) return false;
    if (piece.byteLength > 0) this.#pieces.push(piece);
    return true;
  }

  /** Undefined when it is not as long as the answer said. */
  whole({ response, request }: ResponseExchange): Uint8Array | undefined {
    const said = response.headers.get('content-length');
    if (said !== undefined && request.method !== 'HEAD' && Number(said) !== this.#bytes) return undefined;
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    return whole;
  }
}
