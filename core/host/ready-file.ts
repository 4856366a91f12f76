import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { raise } from '../errors/catalogue.ts';

/** What scripts that start a host wait for. */
export interface ReadyNote {
  readonly url: string;
  /** Null while the gateway does not listen. */
  readonly gatewayUrl: string | null;
  readonly pid: number;
}

export interface ReadyFile {
  /** Written whole or not at all, so that a reader never sees half of it. */
  write(note: ReadyNote): void;
}

/** Takes away what a former host left there, and finds out now whether it can be written. Throws CONFIG_PATH_UNUSABLE. */
export function openReadyFile(path: string): ReadyFile {
  const draft = `${path}.${process.pid}`;
  const attempt = (work: () => void) => {
    try {
      work();
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      throw raise.CONFIG_PATH_UNUSABLE({ what: 'The ready file', path, cause: code ?? message }, { cause });
    }
  };
  attempt(() => {
    rmSync(path, { force: true });
    writeFileSync(draft, '');
    rmSync(draft);
  });
  return {
    write: (note) =>
      attempt(() => {
        writeFileSync(draft, `${JSON.stringify(note)}\n`);
        renameSync(draft, path);
      }),
  };
}
