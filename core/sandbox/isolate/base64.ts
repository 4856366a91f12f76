const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** `btoa` of the web: a string of characters up to U+00FF to Base64. */
export function encodeBase64(input: unknown): string {
  const text = String(input);
  let output = '';
  for (let at = 0; at < text.length; at += 3) {
    const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    if (a > 255 || b > 255 || c > 255)
      throw new TypeError('btoa: the string holds characters above U+00FF; encode it with TextEncoder first');
    output += ALPHABET[a >> 2]! + ALPHABET[((a & 3) << 4) | (b >> 4)]!;
    output += at + 1 < text.length ? ALPHABET[((b & 15) << 2) | (c >> 6)]! : '=';
    output += at + 2 < text.length ? ALPHABET[c & 63]! : '=';
  }
  return output;
}

/** `atob` of the web: forgiving about white space and missing padding, strict about the rest. */
export function decodeBase64(input: unknown): string {
  let text = String(input).replace(/[\t\n\f\r ]+/g, '');
  if (text.length % 4 === 0) text = text.replace(/={1,2}$/, '');
  if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new TypeError('atob: the string is not Base64');
  let output = '';
  let bits = 0;
  let held = 0;
  for (const sign of text) {
    bits = (bits << 6) | ALPHABET.indexOf(sign);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    output += String.fromCharCode((bits >> held) & 255);
    bits &= (1 << held) - 1;
  }
  return output;
}
