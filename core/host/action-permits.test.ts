import { describe, expect, test } from 'vitest';
import type { Verdict } from '../access/access.ts';
import type { Actor } from '../access/actor.ts';
import type { AuditEntry } from '../access/audit/audit-log.ts';
import type { Place } from '../access/place.ts';
import { raise } from '../errors/catalogue.ts';
import { DEFAULT_WORKSPACE } from '../storage/default-place.ts';
import { actionPermits } from './action-permits.ts';

const author = { kind: 'user', id: 'u1', name: 'ada@example.com', organization: 'o1' } as const;
const wanted = {
  author,
  action: 'tools.slack.post',
  runId: 'r1',
  step: 'tell',
  signal: new AbortController().signal,
};
const YES: Verdict = { allowed: true, reason: 'role', why: 'role editor' };
const NO: Verdict = { allowed: false, reason: 'no-role-with-scope', why: 'role viewer does not give it' };

function permits(...verdicts: (Verdict | Promise<Verdict> | Error)[]) {
  const asked: [Actor, string, Place][] = [];
  const entries: AuditEntry[] = [];
  const permit = actionPermits({
    access: {
      can(actor, scope, place) {
        asked.push([actor, scope, place]);
        const next = verdicts.shift()!;
        return next instanceof Error ? Promise.reject(next) : next;
      },
    },
    audit: { add: async (entry) => void entries.push(entry) },
  });
  return { permit, asked, entries };
}

describe('a step', () => {
  test('of somebody who may is let on at once, by the decisions of requests', () => {
    const { permit, asked } = permits(YES);
    expect(permit(wanted)).toBeUndefined();
    expect(asked).toEqual([
      [
        { kind: 'user', id: 'u1', email: 'ada@example.com', platformRole: 'basic' },
        'action:tools.slack.post:execute',
        { organization: 'o1', workspace: DEFAULT_WORKSPACE },
      ],
    ]);
  });

  test('of somebody who may not any more is refused, and leaves a row', () => {
    const { permit, entries } = permits(NO);
    expect(() => permit(wanted)).toThrow(
      expect.objectContaining({ code: 'ACTION_NOT_ALLOWED', message: expect.stringContaining('role viewer') }),
    );
    expect(entries).toMatchObject([
      { action: 'action.execute', outcome: 'denied', resource: { type: 'run', id: 'r1' }, details: { step: 'tell' } },
    ]);
  });

  test('waits for a database that is away, and is then decided', async () => {
    const { permit, asked } = permits(raise.STORAGE_UNAVAILABLE({ cause: 'it restarts' }), NO);
    await expect(permit(wanted)).rejects.toMatchObject({ code: 'ACTION_NOT_ALLOWED', facts: { retry: 'after-fix' } });
    expect(asked).toHaveLength(2);
  });

  test('is tried again later when the policy gave no answer', async () => {
    const { permit } = permits(Promise.resolve({ ...NO, reason: 'policy-unreachable' }));
    await expect(permit(wanted)).rejects.toMatchObject({ code: 'ACTION_UNDECIDED', facts: { retry: 'later' } });
  });
});
