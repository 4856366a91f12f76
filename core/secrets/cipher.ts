/** Keeps text so that only holders of the host's keys can read it. */
export interface Cipher {
  encrypt(text: string): string;
  /** Throws a coded error for what no key of the host opens, or what was changed. */
  decrypt(sealed: string): string;
}
