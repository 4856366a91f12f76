import { rawHeader } from '../exchange/wire-headers.ts';

interface SchemeFacts {
  readonly isEncrypted: boolean;
  /** Whether the headers X-Forwarded-* come from a proxy that is believed. */
  readonly isPeerTrusted: boolean;
  readonly rawHeaders: readonly string[];
}

/** How the caller came: a proxy that is believed may have ended its TLS. Of several values the nearest proxy's counts, as no caller can forge it. */
export function schemeOf({ isEncrypted, isPeerTrusted, rawHeaders }: SchemeFacts): 'http' | 'https' {
  const said = isPeerTrusted ? rawHeader(rawHeaders, 'x-forwarded-proto')?.split(',').at(-1)?.trim() : undefined;
  if (said === undefined) return isEncrypted ? 'https' : 'http';
  return /^(?:https|wss)$/i.test(said) ? 'https' : 'http';
}
