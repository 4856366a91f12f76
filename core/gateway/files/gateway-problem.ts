import type { Place } from '../model/place.ts';

/** What is wrong, or odd, in the files of a gateway. */
export interface GatewayProblem {
  readonly severity: 'error' | 'warning' | 'info';
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
  readonly place: Place;
}

export function problemLine({ severity, code, message, remedy, place }: GatewayProblem): string {
  return `${place.file}:${place.line}:${place.column}: ${severity} ${code}: ${message} ${remedy}`;
}
