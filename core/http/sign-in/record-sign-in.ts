import type { Request } from 'express';
import { toErrorRecord } from '../../errors/to-record.ts';
import type { Identity } from '../../identity/open-identity.ts';
import { currentCorrelationId } from '../../telemetry/correlation.ts';
import type { RouteDescription } from '../route.ts';
import type { BrowserSession } from './browser-session.ts';

export interface SignInRecording {
  readonly identity: Pick<Identity, 'audit' | 'users'>;
  readonly browser: Pick<BrowserSession, 'address'>;
}

/** What an address of sign-in was asked with, after validation. */
export interface AskedSignIn {
  readonly request: Request;
  readonly params: unknown;
  readonly body: unknown;
}

/**
 * Does what is asked for and records it, where the route says as what: whatever was refused, with the account that it was meant for
 * but not what was typed; and what was done, except that sessions record themselves.
 */
export async function recordSignIn<T>(
  { identity, browser }: SignInRecording,
  { audit: action }: Pick<RouteDescription, 'audit'>,
  asked: AskedSignIn,
  work: () => Promise<T>,
): Promise<T> {
  if (action === undefined) return work();
  const add = async (outcome: 'done' | 'denied' | 'failed', details: Readonly<Record<string, unknown>>) => {
    const { email } = (asked.body ?? {}) as { readonly email?: string };
    const { id: provider } = (asked.params ?? {}) as { readonly id?: string };
    const user = email === undefined ? undefined : await identity.users.find(email);
    const correlationId = currentCorrelationId();
    await identity.audit.add({
      actor: undefined,
      action,
      outcome,
      resource: { type: 'user', ...(user !== undefined && { id: user.id }) },
      details: { ...details, ...(provider !== undefined && { provider }) },
      address: browser.address(asked.request),
      ...(correlationId !== undefined && { correlationId }),
    });
  };
  let result: T;
  try {
    result = await work();
  } catch (error) {
    const { code, status = 500, message: why } = toErrorRecord(error);
    // The answer says what went wrong with the sign-in, not with the log.
    await add(status < 500 ? 'denied' : 'failed', { code, why }).catch(() => {});
    throw error;
  }
  if (!action.startsWith('session.')) await add('done', {});
  return result;
}
