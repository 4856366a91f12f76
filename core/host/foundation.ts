import type { LoadedConfig } from '../config/load-config.ts';
import type { AdminKey } from '../http/admin-key.ts';
import type { Entrance } from '../http/api-services.ts';
import type { Database } from '../storage/database.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What everything else in a host stands on. */
export interface Foundation {
  readonly loaded: LoadedConfig;
  readonly configFolder: string;
  readonly dataDir: string;
  readonly log: Logger;
  readonly adminKey: AdminKey;
  /** Opens while the rest of the code loads. */
  readonly database: Promise<Database>;
  /** Aborts as the first thing when the host stops. */
  readonly stopping: AbortSignal;
  /** Takes the place of what the host would use itself. */
  readonly entrance: Partial<Entrance>;
  fatal(problem: unknown): void;
}
