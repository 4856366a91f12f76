import { renameSync, writeFileSync } from 'node:fs';

/** What scripts that start a host wait for. */
export interface ReadyNote {
  readonly url: string;
  /** Null until the host has a gateway. */
  readonly gatewayUrl: string | null;
  readonly pid: number;
}

/** Written whole or not at all, so that a reader never sees half of it. */
export function writeReadyFile(file: string, note: ReadyNote): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(note)}\n`);
  renameSync(draft, file);
}
