/** UTF-8 only; `encodeInto` and streaming decoding are not offered. */
export class Utf8Encoder {
  readonly encoding = 'utf-8';

  encode(input: unknown = ''): Uint8Array {
    const text = String(input).toWellFormed();
    const bytes = new Uint8Array(text.length * 3);
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.codePointAt(at)!;
      if (code > 0xffff) at++;
      if (code < 0x80) {
        bytes[length++] = code;
        continue;
      }
      const extra = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
      bytes[length++] = [0, 0xc0, 0xe0, 0xf0][extra]! | (code >> (6 * extra));
      for (let shift = extra - 1; shift >= 0; shift--) bytes[length++] = 0x80 | ((code >> (6 * shift)) & 63);
    }
    return bytes.slice(0, length);
  }
}

export class Utf8Decoder {
  readonly encoding = 'utf-8';
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label: unknown = 'utf-8', options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(String(label)))
      throw new RangeError(`TextDecoder: only utf-8 is available, not ${String(label)}`);
    this.fatal = Boolean(options.fatal);
    this.ignoreBOM = Boolean(options.ignoreBOM);
  }

  decode(input?: ArrayBuffer | ArrayBufferView): string {
    const bytes = bytesOf(input);
    let at = !this.ignoreBOM && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    const pieces: string[] = [];
    let codes: number[] = [];
    while (at < bytes.length) {
      const [code, next] = codePoint(bytes, at);
      if (code < 0 && this.fatal) throw new TypeError('TextDecoder: the bytes are not valid UTF-8');
      codes.push(code < 0 ? 0xfffd : code);
      at = next;
      if (codes.length < 4096) continue;
      pieces.push(String.fromCodePoint(...codes));
      codes = [];
    }
    return pieces.join('') + String.fromCodePoint(...codes);
  }
}

function bytesOf(input: ArrayBuffer | ArrayBufferView | undefined): Uint8Array {
  if (input === undefined) return new Uint8Array(0);
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  if (input instanceof ArrayBuffer) return new Uint8Array(input);
  throw new TypeError('TextDecoder: decode takes bytes');
}

/** The code point at `at` and where the next starts; -1 for a maximal invalid part, as the web's decoder counts them. */
function codePoint(bytes: Uint8Array, at: number): [code: number, next: number] {
  const first = bytes[at]!;
  if (first < 0x80) return [first, at + 1];
  const extra =
    first >= 0xc2 && first <= 0xdf ? 1 : first >= 0xe0 && first <= 0xef ? 2 : first >= 0xf0 && first <= 0xf4 ? 3 : 0;
  if (extra === 0) return [-1, at + 1];
  let code = first & (0x3f >> extra);
  for (let index = 1; index <= extra; index++) {
    const byte = bytes[at + index] ?? 0;
    const low = index > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = index > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return [-1, at + index];
    code = (code << 6) | (byte & 63);
  }
  return [code, at + extra + 1];
}
