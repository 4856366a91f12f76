import type { BackplaneError } from '@backplane/sdk';
import { raise } from '../../../../errors/catalogue.ts';
import type { SourceCommit } from '../git-sources.ts';

export type Signer = NonNullable<SourceCommit['signer']>;

export interface Refused {
  readonly source: string;
  readonly commit: string;
  readonly what: 'commit' | 'tag';
  readonly key: string;
  /** The key stands in the list: then it is its time that is wrong. */
  readonly named: boolean;
  readonly revoked: boolean;
}

/** The error for a signature that is not let in. The letters are those of `%G?` in git-log(1). */
export function refusal(grade: string, { source, commit, what, key, named, revoked }: Refused): BackplaneError {
  const signed = { source, commit, key: key === '' ? 'an unknown key' : key };
  if (revoked || grade === 'R') return raise.GIT_SIGNATURE_REVOKED(signed);
  if (grade === 'X' || grade === 'Y' || (grade === 'U' && named)) return raise.GIT_SIGNATURE_EXPIRED(signed);
  if (grade === 'U' || grade === 'E' || grade === 'G') return raise.GIT_SIGNER_UNKNOWN(signed);
  return raise.GIT_SIGNATURE_BAD({ source, commit, what });
}
