import { raise } from '../../errors/catalogue.ts';

/** Longer ones only cost time. */
const LONGEST = 256;

/** Length counts, and that it is not the obvious. @throws PASSWORD_UNFIT */
export function checkPassword(
  password: string,
  { minimumLength, email }: { minimumLength: number; email: string },
): void {
  const length = [...password.normalize('NFKC')].length;
  const lower = password.toLowerCase();
  const problem =
    length < minimumLength
      ? `has ${length} characters, and at least ${minimumLength} are needed`
      : length > LONGEST
        ? `has more than ${LONGEST} characters`
        : new Set(lower).size < 5
          ? 'repeats a few characters only'
          : lower.includes(email.split('@')[0]!) && length < email.length + 6
            ? 'is nearly the e-mail address'
            : undefined;
  if (problem !== undefined) throw raise.PASSWORD_UNFIT({ problem });
}
