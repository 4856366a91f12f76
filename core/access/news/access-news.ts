/** Everybody, or nobody knows whom it concerns. */
export const EVERYBODY = '*';

/** Whom a change of rights concerns: the id of an account, or {@link EVERYBODY}. */
export interface AccessNewsListener {
  onChange(subject: string): void;
  /** Changes may have been missed: nothing that was known before holds. */
  onGap(): void;
}

/** How the hosts of one database tell each other that somebody's rights have changed. */
export interface AccessNews extends AsyncDisposable {
  /** False while news do not come through: then nothing may be kept. */
  readonly live: boolean;
  /** Tells the other hosts; resolves when they are about to hear it. */
  publish(subject: string): Promise<void>;
}

/** For a host that is alone, and for tests. */
export const noNews: AccessNews = { live: true, publish: async () => {}, [Symbol.asyncDispose]: async () => {} };
