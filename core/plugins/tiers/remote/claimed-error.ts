import { BackplaneError, type ErrorFacts } from '@backplane/sdk';
import { raise } from '../../../errors/catalogue.ts';
import { inputInvalid } from '../../actions/read-arguments.ts';
import type { ErrorClaim } from '../wire.ts';

/** Who failed, for messages. */
export interface Blamed {
  readonly plugin: string;
  readonly action: string;
  readonly args: unknown;
  readonly outputChars: number;
}

/** The error that a plugin's side reports, as it would be had the plugin thrown it here. */
export function claimedError(claim: ErrorClaim, { plugin, action, args, outputChars }: Blamed): unknown {
  switch (claim.kind) {
    case 'coded': {
      const { code, message, ...facts } = claim.record;
      return new BackplaneError(code, message, facts as ErrorFacts);
    }
    case 'input':
      return inputInvalid(action, claim.issues, (args ?? {}) as Readonly<Record<string, unknown>>);
    case 'output':
      return raise.PLUGIN_OUTPUT_INVALID({ plugin, action, problems: claim.problems });
    case 'size':
      return raise.PLUGIN_LIMIT_OUTPUT({ plugin, action, limit: outputChars });
    case 'thrown':
      return Object.assign(new Error(claim.problem), { stack: claim.stack });
  }
}
