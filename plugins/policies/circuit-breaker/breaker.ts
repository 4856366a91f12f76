import { andThen, type Ready, type SharedState, sharedUpdates } from '@backplane/sdk';
import { type BreakerState, closedText, openText, probingText, readState } from './breaker-state.ts';
import { failureWindow } from './failure-window.ts';
import type { BreakerRule } from './settings.ts';

/** Leave to send one request. `probe`: it is the one that decides whether the breaker closes. */
export type Permit =
  | { readonly kind: 'pass'; readonly generation: string }
  | { readonly kind: 'probe'; readonly token: string };
export type Refusal = { readonly kind: 'refused'; readonly retryMs: number };

/** `neither`: the caller left before there was an answer. */
export type Outcome = 'success' | 'failure' | 'neither';

export interface BreakerOptions {
  readonly shared: SharedState;
  readonly rule: BreakerRule;
  now(): number;
  onOpened(): void;
}

/** What is neither asked nor changed for so long is forgotten. */
const TTL = { ttlMs: 86_400_000 };

/** Breakers of one rule, one a key. */
export function breakers({ shared, rule, now, onOpened }: BreakerOptions) {
  const { opens, breakMs } = rule;
  // States are decided on as they are now, never as this worker saw them last.
  const update = sharedUpdates(shared, { remember: 0 });
  const window = opens.by === 'ratio' ? failureWindow(shared, opens.windowMs, now) : undefined;
  let probes = 0;

  /** `leaseMs`: after so long a probe that said nothing is given up. */
  function admit(key: string, leaseMs: number): Ready<Permit | Refusal> {
    return update<Permit | Refusal>(key, (text) => {
      const state = readState(text);
      if (state.is === 'closed') return { ttlMs: 0, result: { kind: 'pass', generation: state.generation } };
      const time = now();
      if (time < state.until) return { ttlMs: 0, result: { kind: 'refused', retryMs: state.until - time } };
      probes += 1;
      const token = probingText(time + leaseMs, `${probes}-${Math.random().toString(36).slice(2)}`);
      return { next: token, ...TTL, result: { kind: 'probe', token } };
    });
  }

  function report(key: string, permit: Permit, outcome: Outcome): Ready<unknown> {
    if (permit.kind === 'probe') return settleProbe(key, permit.token, outcome);
    if (outcome === 'neither') return undefined;
    if (outcome === 'success')
      return window === undefined ? forgive(key) : window.addSuccess(`${key}/${permit.generation}`);
    if (opens.by === 'failures') return open(key, (state) => state.failures + 1 >= opens.failures);
    return andThen(window!.addFailure(`${key}/${permit.generation}`), ({ requests, failures }) =>
      requests >= opens.minimum && failures / requests >= opens.ratio
        ? open(key, (state) => state.generation === permit.generation)
        : undefined,
    );
  }

  function settleProbe(key: string, token: string, outcome: Outcome): Ready<unknown> {
    const time = now();
    const next =
      outcome === 'success'
        ? closedText(0, time)
        : // Without a result the place is free for the next request at once.
          openText(outcome === 'failure' ? time + breakMs : time);
    if (outcome === 'failure') onOpened();
    return shared.swap(key, token, next, TTL);
  }

  function forgive(key: string): Ready<unknown> {
    return update(key, (text) => {
      const state = readState(text);
      const next = state.is === 'closed' && state.failures > 0 ? closedText(0, state.generation) : undefined;
      return { ...(next !== undefined && { next }), ...TTL, result: undefined };
    });
  }

  type Closed = Extract<BreakerState, { is: 'closed' }>;
  /** One more failure; opens when that is enough. What comes late, when it is open already, changes nothing. */
  function open(key: string, isEnough: (state: Closed) => boolean): Ready<unknown> {
    const opened = update(key, (text) => {
      const state = readState(text);
      if (state.is !== 'closed') return { ttlMs: 0, result: false };
      if (isEnough(state)) return { next: openText(now() + breakMs), ...TTL, result: true };
      return { next: closedText(state.failures + 1, state.generation), ...TTL, result: false };
    });
    return andThen(opened, (done) => (done ? onOpened() : undefined));
  }

  return { admit, report };
}
