/** Keeps retries from becoming a storm: they may be a share of the requests under way, and always a few. Each worker has its own. */
export interface RetryBudget {
  /** Counts a request as under way; gives what ends that. */
  enter(): () => void;
  /** Undefined: no more at the moment. Else what ends the retry. */
  spend(): (() => void) | undefined;
}

export interface RetryBudgetOptions {
  readonly percent: number;
  /** Retries under way that are always allowed. */
  readonly minimum: number;
}

export function retryBudget({ percent, minimum }: RetryBudgetOptions): RetryBudget {
  let requests = 0;
  let retries = 0;
  return {
    enter() {
      requests += 1;
      return () => {
        requests -= 1;
      };
    },
    spend() {
      if (retries >= Math.max(minimum, Math.floor((requests * percent) / 100))) return undefined;
      retries += 1;
      return () => {
        retries -= 1;
      };
    },
  };
}
