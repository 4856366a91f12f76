/** The web's percent-encode sets: printable ASCII characters of each that are escaped, besides controls and everything above `~`. */
export const FRAGMENT_SET = ' "<>`';
export const QUERY_SET = ' "#<>';
export const SPECIAL_QUERY_SET = `${QUERY_SET}'`;
export const PATH_SET = `${QUERY_SET}?^\`{}`;
export const USERINFO_SET = `${PATH_SET}/:;=@[\\]|`;

export function percentEncode(text: string, set: string): string {
  return text.toWellFormed().replace(/[^\x21-\x7e]|[ "#<>?`{}/:;=@[\\\]^|']/gu, (sign) => {
    if (sign > '~' && sign !== '\x7f') return encodeURIComponent(sign);
    if (sign >= ' ' && sign <= '~' && !set.includes(sign)) return sign;
    return `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

/** Bytes above 0x7f are read as UTF-8, invalid ones become U+FFFD. */
export function percentDecode(text: string, decodeUtf8: (bytes: Uint8Array) => string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    decodeUtf8(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))),
  );
}
