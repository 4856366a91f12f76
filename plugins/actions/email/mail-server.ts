import type { CustomSecret, Ports } from '@backplane/sdk';
import type { SendArguments } from './arguments.ts';
import { raise } from './errors.ts';

export const smtpSecret: CustomSecret = {
  type: 'custom',
  name: 'smtp',
  keys: ['SMTP_HOST'],
  optionalKeys: ['SMTP_PORT', 'SMTP_USER', 'SMTP_PASS', 'SMTP_FROM'],
  optional: false,
  secretType: 'custom',
};

/** Where and how a message is handed over. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly from: string | undefined;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly tls: 'always' | 'starttls' | 'when-offered' | 'never';
  readonly verifyCertificate: boolean;
  readonly timeoutMs: number;
}

/** Throws EMAIL_SERVER_SETTINGS_INVALID. */
export function mailServer(input: SendArguments, secrets: Ports['secrets']): MailServer {
  const { SMTP_HOST: host = '', SMTP_PORT: port, SMTP_USER: user, SMTP_PASS: pass, SMTP_FROM } = secrets['smtp'] ?? {};
  if (host.trim() === '') throw raise.EMAIL_SERVER_SETTINGS_INVALID({ problem: 'it has no SMTP_HOST' });
  const tls = tlsMode(input);
  const isProtected = tls === 'always' || tls === 'starttls';
  const wantsLogin = input.enable_auth ?? (isProtected && user !== undefined && pass !== undefined);
  if (wantsLogin && (user === undefined || pass === undefined)) {
    throw raise.EMAIL_SERVER_SETTINGS_INVALID({ problem: 'enable_auth is set, but SMTP_USER or SMTP_PASS is missing' });
  }
  return {
    host: host.trim(),
    port: port === undefined || port === '' ? usualPort(tls) : portNumber(port),
    from: SMTP_FROM ?? (user?.includes('@') ? user : undefined),
    login: wantsLogin ? { user: user!, pass: pass! } : undefined,
    tls,
    verifyCertificate: input.ignore_cert_errors !== true,
    timeoutMs: (input.timeout ?? 10) * 1000,
  };
}

function tlsMode({ enable_ssl, enable_starttls }: SendArguments): MailServer['tls'] {
  if (enable_ssl === true) return 'always';
  if (enable_starttls === true) return 'starttls';
  return enable_starttls === false ? 'never' : 'when-offered';
}

function usualPort(tls: MailServer['tls']): number {
  return tls === 'always' ? 465 : tls === 'starttls' ? 587 : 25;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw raise.EMAIL_SERVER_SETTINGS_INVALID({ problem: 'SMTP_PORT is not a port number' });
}
