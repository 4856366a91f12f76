import type { TargetModel } from '../model/upstream-model.ts';
import type { NamedService } from './service-name.ts';

/** A service that is followed since a caller named it, as a host tells its workers. */
export interface FoundService {
  /** The upstream by which it was found. */
  readonly family: string;
  readonly named: NamedService;
  readonly targets: readonly TargetModel[];
  /** How the registry was asked, as text: another configuration asks otherwise. */
  readonly source: string;
}
