import type { AttemptOptions, ResponseExchange } from '@backplane/sdk';

export interface RaceOptions {
  next(options?: AttemptOptions): Promise<ResponseExchange>;
  /** Undefined: there is no second one. */
  readonly delayMs: number | undefined;
  isGood(answered: ResponseExchange): boolean;
  /** Asked when the second one is due; what it gives ends the second one's share of the budget. */
  spend(): (() => void) | undefined;
}

export interface RaceResult {
  readonly answered: ResponseExchange;
  readonly winner: 'first' | 'second';
  readonly isHedged: boolean;
}

interface Runner {
  readonly name: 'first' | 'second';
  readonly ending: AbortController;
  /** What it came to without winning. */
  lost?: { readonly answered?: ResponseExchange; readonly thrown?: unknown };
}

/** Sends once, and once more when the answer is late. The first good answer wins and ends the other; the last bad one wins where none is good. */
export function firstGood({ next, delayMs, isGood, spend }: RaceOptions): Promise<RaceResult> {
  return new Promise((resolve, reject) => {
    const runners: Runner[] = [];
    let isOver = false;
    const timer = delayMs === undefined ? undefined : setTimeout(second, delayMs);

    function start(name: Runner['name'], onEnd?: () => void): void {
      const runner: Runner = { name, ending: new AbortController() };
      runners.push(runner);
      next({ signal: runner.ending.signal })
        .then(
          (answered) => (isGood(answered) ? win(runner, answered) : lose(runner, { answered })),
          (thrown) => lose(runner, { thrown }),
        )
        .finally(onEnd);
    }

    function second(): void {
      const onEnd = spend();
      if (onEnd !== undefined) start('second', onEnd);
    }

    function finish(winner: Runner | undefined): boolean {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      for (const runner of runners)
        if (runner !== winner) runner.ending.abort(new DOMException('another answer was faster', 'AbortError'));
      return true;
    }

    function win(runner: Runner, answered: ResponseExchange): void {
      if (finish(runner)) resolve({ answered, winner: runner.name, isHedged: runners.length > 1 });
    }

    function lose(runner: Runner, lost: NonNullable<Runner['lost']>): void {
      runner.lost = lost;
      // A first one that fails before the second is due is not hedged: that would be a retry.
      if (isOver || runners.some((other) => other.lost === undefined)) return;
      const last = runners.findLast((one) => one.lost?.answered !== undefined);
      if (last !== undefined) win(last, last.lost!.answered!);
      else if (finish(undefined)) reject(lost.thrown);
    }

    start('first');
  });
}
