import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { BackplaneError } from '@backplane/sdk';
import { CHECKOUT } from './checkout.ts';
import { notedHost } from './host-note.ts';

export interface RunningHost {
  readonly url: string;
  /** The administrator's. */
  readonly key: string;
}

/** The host that runs on this machine with a data folder, by default that of the checkout. */
export async function runningHost(data: string | undefined): Promise<RunningHost | undefined> {
  const folder = resolve(data ?? resolve(CHECKOUT, '.backplane'));
  const url = notedHost(folder)?.url;
  const keyFile = resolve(folder, 'admin.key');
  if (url === undefined || !existsSync(keyFile) || !(await answers(url))) return undefined;
  return { url, key: readFileSync(keyFile, 'utf8').trim() };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch (error) {
    if (BackplaneError.is(error)) throw error;
    return false;
  }
}
