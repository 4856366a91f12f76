import type { Log } from '@backplane/sdk';
import { type FromGuest, NO_CALL } from '../wire.ts';
import type { Asker } from './asker.ts';
import { LogLimit } from './log-limit.ts';

/** How long a printed line may be. */
const MOST_PRINTED = 1000;

/** What a plugin says, in its log and by printing: within its limits, and no flood of it. */
export class PluginLines {
  /** Where lines that belong to no call go. */
  log: Log;
  readonly #limit: LogLimit;
  readonly #flood: () => void;

  constructor(most: number, log: Log, flood: () => void) {
    this.log = log;
    this.#limit = new LogLimit(most);
    this.#flood = flood;
  }

  line({ call, level, message, fields }: Extract<FromGuest, { t: 'log' }>, asker: Asker | undefined): void {
    if (asker?.spendLine() === true) asker.log[level](message, fields);
    else if (this.#limit.stray()) this.#flood();
    else if (asker === undefined && call === NO_CALL && this.#limit.permits()) this.log[level](message, fields);
  }

  /** Something else that it said without being asked. */
  stray(): void {
    if (this.#limit.stray()) this.#flood();
  }

  /** `console.log` and what Node itself says. */
  print(text: string): void {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      if (this.#limit.permits()) this.log.info(line.slice(0, MOST_PRINTED), { printed: true });
      this.stray();
    }
  }
}
