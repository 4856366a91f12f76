/** Type numbers of Postgres, from its catalogue `pg_type`. */
const OID = { int4: 23, int8: 20, text: 25, uuid: 2950 } as const;
const HEADER_BYTES = 20;

/**
 * Builds one array parameter in Postgres' binary form. Nothing has to be quoted or parsed, which for columns of JSON texts makes
 * up most of the cost of an insert. The buffer is used again for the next array, so hand it on before that.
 */
export class BinaryArray {
  #buffer = Buffer.allocUnsafe(4096);
  #end = HEADER_BYTES;
  #count = 0;
  #nulls = 0;
  readonly #oid: number;

  constructor(type: keyof typeof OID) {
    this.#oid = OID[type];
  }

  clear(): void {
    this.#end = HEADER_BYTES;
    this.#count = this.#nulls = 0;
  }

  addText(text: string | undefined): void {
    if (text === undefined) {
      this.#addNull();
      return;
    }
    this.#reserve(4 + text.length * 3);
    const bytes = this.#buffer.write(text, this.#end + 4, 'utf8');
    this.#addLength(bytes);
    this.#end += bytes;
  }

  addInt4(value: number | undefined): void {
    if (value === undefined) {
      this.#addNull();
      return;
    }
    this.#reserve(8);
    this.#addLength(4);
    this.#end = this.#buffer.writeInt32BE(value, this.#end);
  }

  addInt8(value: number | undefined): void {
    if (value === undefined) {
      this.#addNull();
      return;
    }
    this.#reserve(12);
    this.#addLength(8);
    this.#end = this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#end);
    this.#end = this.#buffer.writeUInt32BE(value >>> 0, this.#end);
  }

  /** Lower-case text form with dashes. */
  addUuid(text: string | undefined): void {
    if (text === undefined) {
      this.#addNull();
      return;
    }
    this.#reserve(20);
    this.#addLength(16);
    const buffer = this.#buffer;
    for (let i = 0; i < 36; i += 2) {
      if (text.charCodeAt(i) === DASH) i++;
      buffer[this.#end++] = (nibble(text.charCodeAt(i)) << 4) | nibble(text.charCodeAt(i + 1));
    }
  }

  /** The parameter; valid until the next `clear`. */
  finish(): Buffer {
    const buffer = this.#buffer;
    buffer.writeInt32BE(this.#count === 0 ? 0 : 1, 0);
    buffer.writeInt32BE(this.#nulls === 0 ? 0 : 1, 4);
    buffer.writeInt32BE(this.#oid, 8);
    buffer.writeInt32BE(this.#count, 12);
    buffer.writeInt32BE(1, 16);
    return buffer.subarray(0, this.#count === 0 ? 12 : this.#end);
  }

  #addNull(): void {
    this.#reserve(4);
    this.#nulls++;
    this.#addLength(-1);
  }

  #addLength(bytes: number): void {
    this.#count++;
    this.#end = this.#buffer.writeInt32BE(bytes, this.#end);
  }

  #reserve(bytes: number): void {
    const needed = this.#end + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }
}

const DASH = 45;

function nibble(code: number): number {
  return code <= 57 ? code - 48 : code - 87;
}
