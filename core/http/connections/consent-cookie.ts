import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { readCookie } from '../../identity/sessions/cookie.ts';

const PATH = '/api/integrations';

/** One for each consent that is under way, so that two at once do not disturb each other. */
function nameFor(state: string): string {
  return `backplane_connect_${createHash('sha256').update(state).digest('hex').slice(0, 16)}`;
}

/** Binds a consent to this browser until it comes back. */
export function setConsentCookie(
  response: Response,
  { state, browser, secure, lifeMs }: { state: string; browser: string; secure: boolean; lifeMs: number },
): void {
  response.cookie(nameFor(state), browser, { path: PATH, httpOnly: true, sameSite: 'lax', secure, maxAge: lifeMs });
}

/** Takes it back: it is of no more use. Empty when this browser has none. */
export function takeConsentCookie(request: Request, response: Response, state: string): string {
  const name = nameFor(state);
  const found = readCookie(request.headers, name);
  if (found === undefined) return '';
  response.clearCookie(name, { path: PATH });
  return found;
}
