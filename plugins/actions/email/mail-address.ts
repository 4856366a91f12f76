import { raise } from './errors.ts';

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

const BARE = /^[^\s@<>()[\]",;:\\\p{Cc}]+@[^\s@<>()[\]",;:\\\p{Cc}]+$/u;
const NAMED = /^\s*(?:"([^"\p{Cc}]*)"|([^"<>\p{Cc}]*?))\s*<([^<>]+)>\s*$/u;

/** `a@b.example` or `Name <a@b.example>`. One address only: a list hidden in one text is refused. Throws EMAIL_ADDRESS_INVALID. */
export function mailAddress(argument: string, given: string): MailAddress {
  const named = NAMED.exec(given);
  const address = (named === null ? given : named[3]!).trim();
  if (!BARE.test(address)) throw raise.EMAIL_ADDRESS_INVALID({ argument, address: given });
  return { name: named === null ? '' : (named[1] ?? named[2])!, address };
}

export function mailAddresses(argument: string, given: readonly string[] | null | undefined): MailAddress[] {
  return (given ?? []).map((one) => mailAddress(argument, one));
}
