import { setTimeout as pause } from 'node:timers/promises';
import type { Access, Verdict } from '../access/access.ts';
import { actorOfAccount } from '../access/account-ref.ts';
import type { Actor } from '../access/actor.ts';
import type { AuditLog } from '../access/audit/audit-log.ts';
import { raise } from '../errors/catalogue.ts';
import { toErrorRecord } from '../errors/to-record.ts';
import type { ActionPermit, ActionRunnerOptions } from '../executor/action-runner.ts';
import { DEFAULT_WORKSPACE } from '../storage/default-place.ts';
import type { WorkflowAuthor } from '../workflow/workflow-author.ts';

export interface ActionPermitServices {
  readonly access: Access;
  readonly audit: AuditLog;
}

const STORAGE_PAUSE_MS = 250;

/** A workflow may do what whoever stored it may do now: asked before each attempt, by the same decisions as requests. */
export function actionPermits({ access, audit }: ActionPermitServices): NonNullable<ActionRunnerOptions['permit']> {
  const actors = new WeakMap<WorkflowAuthor, Actor>();
  const actorFor = (author: WorkflowAuthor) => {
    const known = actors.get(author);
    if (known !== undefined) return known;
    const actor = actorOfAccount(author);
    actors.set(author, actor);
    return actor;
  };

  const decide = ({ author, action, workspace = DEFAULT_WORKSPACE }: ActionPermit) =>
    access.can(actorFor(author), `action:${action}:execute`, { organization: author.organization, workspace });

  /** A database that is away says nothing about anybody's rights: the step waits for it, as long as it may take. */
  const decided = async (wanted: ActionPermit, first: Promise<Verdict>): Promise<Verdict> => {
    for (let asked: Verdict | Promise<Verdict> = first; ; asked = decide(wanted)) {
      try {
        return await asked;
      } catch (error) {
        if (toErrorRecord(error).code !== 'STORAGE_UNAVAILABLE') throw error;
        await pause(STORAGE_PAUSE_MS, undefined, { signal: wanted.signal });
      }
    }
  };

  const judge = (wanted: ActionPermit, { allowed, reason, why }: Verdict): void => {
    if (allowed) return;
    const { author, action, runId, step, workspace = DEFAULT_WORKSPACE } = wanted;
    const denial = {
      actor: actorFor(author),
      action: 'action.execute',
      outcome: 'denied',
      place: { organization: author.organization, workspace },
      resource: { type: 'run', id: runId },
      details: { scope: `action:${action}:execute`, step, why },
    } as const;
    audit.add(denial).catch(() => {});
    if (reason === 'policy-unreachable') throw raise.ACTION_UNDECIDED({ action, why });
    throw raise.ACTION_NOT_ALLOWED({ action, author: author.name, why });
  };

  return (wanted) => {
    const verdict = decide(wanted);
    if (verdict instanceof Promise) return decided(wanted, verdict).then((found) => judge(wanted, found));
    judge(wanted, verdict);
  };
}
