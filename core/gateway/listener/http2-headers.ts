/** The headers of an HTTP/2 request in the form of HTTP/1.1, which everything behind the listener understands (RFC 9113 §8.3.1, §8.2.3). */
export interface FromHttp2 {
  readonly method: string;
  readonly url: string;
  readonly rawHeaders: string[];
}

/** Undefined where two names of the host contradict each other. */
export function fromHttp2(raw: readonly string[]): FromHttp2 | undefined {
  let method = '';
  let url = '';
  let authority: string | undefined;
  let host: string | undefined;
  let cookie = '';
  const rawHeaders: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at]!;
    const value = raw[at + 1]!;
    if (name === ':method') method = value;
    else if (name === ':path') url = value;
    else if (name === ':authority') authority = value;
    else if (name === 'host') {
      if (host !== undefined) return undefined;
      host = value;
    } else if (name === 'cookie') cookie = cookie === '' ? value : `${cookie}; ${value}`;
    else if (name.charCodeAt(0) !== 58) rawHeaders.push(name, value);
  }
  if (host !== undefined && authority !== undefined && host.toLowerCase() !== authority.toLowerCase()) return undefined;
  rawHeaders.push('host', authority ?? host ?? '');
  if (cookie !== '') rawHeaders.push('cookie', cookie);
  return { method, url, rawHeaders };
}
