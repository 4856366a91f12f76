import { createHash, randomBytes } from 'node:crypto';
import type { KeyValue } from '@backplane/sdk';
import { raise } from '../../errors/catalogue.ts';
import type { Attempts } from '../passwords/attempts.ts';
import { newUserCode, readUserCode } from './user-code.ts';

/** A command on some machine that asks to be signed in. */
export interface AskingDevice {
  /** What it says of itself, which may be anything that its letters allow. */
  readonly name: string;
  /** Where it asks from, as the host sees it. */
  readonly address: string;
}

export interface DeviceRequest extends AskingDevice {
  readonly userCode: string;
  /** ISO 8601. */
  readonly askedAt: string;
}

/** Whoever types a code. */
export interface Approver {
  readonly user: string;
  readonly session: string;
  readonly address: string;
}

export interface ApprovedDevice extends AskingDevice {
  readonly approver: Approver;
}

/**
 * Signs in a command by a browser, wherever that runs: the command gets a long code, which it keeps, and a short one, which somebody
 * types on a page of this host (after OAuth's device grant, RFC 8628). Neither is worth anything without the other.
 */
export interface DeviceSignIn {
  /** @throws SIGN_IN_LOCKED */
  begin(device: AskingDevice): Promise<{ readonly deviceCode: string; readonly userCode: string }>;
  /** Who asks with this code. Guesses are counted. @throws DEVICE_CODE_UNKNOWN, SIGN_IN_LOCKED */
  find(typed: string, by: Approver): Promise<DeviceRequest>;
  /** Once for each code. @throws DEVICE_CODE_UNKNOWN, SIGN_IN_LOCKED */
  decide(typed: string, by: Approver, verdict: 'approve' | 'deny'): Promise<DeviceRequest>;
  /** Undefined: nobody has decided yet. What was approved is handed out once. @throws DEVICE_SIGN_IN_ENDED */
  take(deviceCode: string): Promise<ApprovedDevice | undefined>;
}

export const DEVICE_SECONDS = 600;
const ttl = { ttlMs: DEVICE_SECONDS * 1000 };

interface Verdict {
  readonly approver?: Approver;
}

/** `store`: shared by all hosts. It knows the long code by its digest only. */
export function createDeviceSignIn(store: KeyValue, attempts: Attempts): DeviceSignIn {
  async function find(typed: string, by: Approver) {
    const account = `device ${by.user}`;
    await attempts.begin(account, by.address);
    const userCode = readUserCode(typed);
    const id =
      userCode === undefined ? undefined : ((await store.get(`device-code:${userCode}`)) as string | undefined);
    const request = id === undefined ? undefined : ((await store.get(`device:${id}`)) as DeviceRequest | undefined);
    if (id === undefined || request === undefined) throw raise.DEVICE_CODE_UNKNOWN(undefined);
    await attempts.succeeded(account, by.address);
    return { id, request };
  }
  return {
    async begin({ name, address }) {
      await attempts.knock(address);
      const deviceCode = randomBytes(32).toString('base64url');
      const id = digest(deviceCode);
      let userCode = newUserCode();
      while (!(await store.setIfAbsent(`device-code:${userCode}`, id, ttl))) userCode = newUserCode();
      await store.set(`device:${id}`, { name, address, userCode, askedAt: new Date().toISOString() }, ttl);
      return { deviceCode, userCode };
    },
    find: async (typed, by) => (await find(typed, by)).request,
    async decide(typed, by, verdict) {
      const { id, request } = await find(typed, by);
      const { user, session, address } = by;
      const said: Verdict = verdict === 'approve' ? { approver: { user, session, address } } : {};
      if (!(await store.setIfAbsent(`device-verdict:${id}`, said, ttl))) throw raise.DEVICE_CODE_UNKNOWN(undefined);
      await store.delete(`device-code:${request.userCode}`);
      return request;
    },
    async take(deviceCode) {
      const id = digest(deviceCode);
      const request = (await store.get(`device:${id}`)) as DeviceRequest | undefined;
      if (request === undefined) throw raise.DEVICE_SIGN_IN_ENDED({ cause: 'nobody approved it in time' });
      const verdict = (await store.get(`device-verdict:${id}`)) as Verdict | undefined;
      if (verdict === undefined) return undefined;
      if (!(await store.setIfAbsent(`device-taken:${id}`, null, ttl)))
        throw raise.DEVICE_SIGN_IN_ENDED({ cause: 'it was completed already' });
      if (verdict.approver === undefined) throw raise.DEVICE_SIGN_IN_ENDED({ cause: 'it was denied in the browser' });
      return { name: request.name, address: request.address, approver: verdict.approver };
    },
  };
}

const digest = (code: string) => createHash('sha256').update(code).digest('base64url');
