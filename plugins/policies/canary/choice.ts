import type { Exchange } from '@backplane/sdk';
import { positionOf } from './position.ts';
import { percentAt } from './ramp.ts';
import type { CanaryRule, CanarySettings } from './settings.ts';

export interface Choice {
  readonly isCanary: boolean;
  /** Position that the caller's cookie is to keep, where it has none yet. */
  readonly cookie?: string;
}

/** Decides which way a request goes. `salt` keeps the positions of two canaries independent of each other. */
export function chooser({ percent, ramp, sticky, always, never }: CanarySettings, salt: string, now: () => number) {
  const share = ramp === undefined ? () => percent! : () => percentAt({ ...ramp, overMs: ramp.over }, now());
  const cookie = typeof sticky === 'object' && 'cookie' in sticky ? sticky.cookie : undefined;

  function keyOf({ request, identity }: Exchange): string | undefined {
    if (sticky === 'subject') return identity?.subject ?? request.clientAddress;
    if (sticky === 'address') return request.clientAddress;
    return typeof sticky === 'object' && 'header' in sticky ? request.headers.get(sticky.header) : undefined;
  }

  return (exchange: Exchange): Choice => {
    const { request } = exchange;
    const fits = ({ header, cookie: name, value }: CanaryRule) => {
      const found = header !== undefined ? request.headers.get(header) : request.cookie(name!);
      return found !== undefined && (value === undefined || found === value);
    };
    if (never.some(fits)) return { isCanary: false };
    if (always.some(fits)) return { isCanary: true };
    const kept = cookie === undefined ? undefined : request.cookie(cookie);
    // The position is kept, not the way: as the share grows, who is on the canary stays there.
    if (kept !== undefined && /^\d{1,2}(\.\d{1,2})?$/.test(kept)) return { isCanary: Number(kept) < share() };
    const key = keyOf(exchange);
    const position = key === undefined ? Math.floor(Math.random() * 10_000) / 100 : positionOf(`${salt}/${key}`);
    const isCanary = position < share();
    return cookie === undefined ? { isCanary } : { isCanary, cookie: String(position) };
  };
}
