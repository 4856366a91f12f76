/** What Ocelot looks at to choose among the routes whose method, host, path and headers fit. */
export interface Candidate {
  readonly priority: number;
  readonly hasHost: boolean;
  /** Place among all routes. */
  readonly order: number;
}

/**
 * Whether the first is taken before the second: a route that names a host comes before every one that does not, even one of higher
 * priority; then the priority decides, then the order of the file.
 */
export function comesBefore(a: Candidate, b: Candidate): boolean {
  if (a.hasHost !== b.hasHost) return a.hasHost;
  if (a.priority !== b.priority) return a.priority > b.priority;
  return a.order < b.order;
}
