import type { ErrorCatalogue } from '@backplane/sdk';

/** Large values that stand apart from the journal, and runs that are kept for a while after their end. */
export const durabilityErrors = {
  STORAGE_BLOB_MISSING: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { hash: string }) => `The blob store has nothing under ${d.hash}.`,
    remedy: 'Restore the blob folder from the backup that belongs to the database.',
  },
  STORAGE_BLOB_CORRUPT: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { hash: string }) => `What the blob store has under ${d.hash} has changed since it was stored.`,
    remedy: 'Check the disk of the blob folder, and restore the folder from a backup.',
  },
  STORAGE_BLOBS_UNAVAILABLE: {
    status: 503,
    blame: 'host',
    retry: 'later',
    message: (d: { cause: string }) => `The blob store cannot be used: ${d.cause}. Nothing was accepted.`,
    remedy:
      'Free disk space or correct the rights of `blobs.folder`; the host goes on by itself once it can write there.',
  },
  STORAGE_BLOBS_ELSEWHERE: {
    status: 500,
    blame: 'config',
    retry: 'after-fix',
    message: (d: { folder: string; id: string; marker: string }) =>
      `The large values of this database are not in ${d.folder}: there is no "${d.id}" in it.`,
    remedy:
      'Set `blobs.folder` to the folder that holds it, the same for every host on this database. If it is lost for good, make an empty file `<blobs.folder>/<id>/blob-store`: runs that need what was lost then fail one by one.',
  },
  RUN_PAYLOAD_LOST: {
    status: 500,
    blame: 'host',
    retry: 'never',
    message: (d: { seq: number; cause: string }) =>
      `A large value of the run, its record ${d.seq}, is lost: ${d.cause}`,
    remedy: 'Restore the blob folder from the backup that belongs to the database, or start the run again.',
  },
  NOTIFICATION_REFUSED: {
    status: 502,
    blame: 'upstream',
    retry: 'later',
    message: (d: { status: number }) => `The receiver of the notification answered ${d.status}.`,
    remedy: 'Let the address under `notifications` answer with 2xx; it is tried again with growing pauses.',
  },
  RUN_STILL_RUNNING: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { runId: string }) => `The run "${d.runId}" has not ended, so it cannot be deleted.`,
    remedy: 'Cancel it first, or wait for its end.',
  },
  RUN_STILL_NEEDED: {
    status: 409,
    blame: 'input',
    retry: 'after-fix',
    message: (d: { runId: string; parent: string }) =>
      `The run "${d.runId}" cannot be deleted yet: the run "${d.parent}" that asked for it is still running.`,
    remedy: 'Delete it once that run has ended.',
  },
} as const satisfies ErrorCatalogue;
