import type { BackplaneError } from '@backplane/sdk';
import type { Place } from '../model/place.ts';

/** `error`: cannot run. `warning`: runs, but not as it reads. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info';

/** Something that an Ocelot file says and that the reader should know about. */
export interface OcelotFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly place: Place;
  /** JSON pointer in the file of `place`. */
  readonly pointer: string;
  readonly message: string;
  readonly remedy: string;
}

/** Where a finding belongs. */
export interface Spot {
  readonly place: Place;
  readonly pointer: string;
}

export class OcelotFindings {
  readonly all: OcelotFinding[] = [];

  get hasErrors(): boolean {
    return this.all.some(({ severity }) => severity === 'error');
  }

  error(spot: Spot, error: BackplaneError): void {
    this.#add('error', spot, error);
  }

  warn(spot: Spot, error: BackplaneError): void {
    this.#add('warning', spot, error);
  }

  info(spot: Spot, error: BackplaneError): void {
    this.#add('info', spot, error);
  }

  /** In the order of the files. */
  sorted(): readonly OcelotFinding[] {
    return this.all.toSorted(
      ({ place: a }, { place: b }) => a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column,
    );
  }

  #add(severity: Severity, { place, pointer }: Spot, { code, message, facts }: BackplaneError): void {
    this.all.push({ code, severity, place, pointer, message, remedy: facts.remedy });
  }
}
