import type { Socket } from 'node:net';
import type { Log, PolicyConnection } from '@backplane/sdk';
import { LATE, withinDeadline } from '../../plugins/lifecycle/within-deadline.ts';
import type { PolicyInstance } from '../chain/policy-instance.ts';
import { isPromise } from '../chain/run-steps.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

export interface Door {
  readonly log: Log;
  readonly policyLimitMs: number;
}

const known = new WeakMap<Socket, boolean | Promise<boolean>>();

/** Asks the `connection` hooks, before the first request of a connection is served. False: it is to be closed. */
export function admitConnection(
  socket: Socket,
  connection: PolicyConnection,
  { connectionPolicies }: Snapshot,
  door: Door,
): boolean | Promise<boolean> {
  if (connectionPolicies.length === 0) return true;
  const before = known.get(socket);
  if (before !== undefined) return before;
  const verdict = ask(connection, connectionPolicies, door);
  known.set(socket, verdict);
  if (isPromise(verdict)) void verdict.then((may) => known.set(socket, may));
  return verdict;
}

function ask(
  connection: PolicyConnection,
  policies: readonly PolicyInstance[],
  door: Door,
  from = 0,
): boolean | Promise<boolean> {
  for (let at = from; at < policies.length; at += 1) {
    const policy = policies[at]!;
    let may: boolean | Promise<boolean>;
    try {
      may = policy.hooks.connection!(connection);
    } catch (problem) {
      may = failed(policy, connection, problem, door);
    }
    if (isPromise(may))
      return inTime(may, door.policyLimitMs)
        .catch((problem) => failed(policy, connection, problem, door))
        .then((given) => noted(policy, connection, given) && ask(connection, policies, door, at + 1));
    if (!noted(policy, connection, may)) return false;
  }
  return true;
}

function noted({ notes }: PolicyInstance, { clientAddress }: PolicyConnection, may: boolean): boolean {
  if (!may) notes.answer('connection', clientAddress, 0, 'the connection was closed');
  return may;
}

/** Whether the connection is let in all the same. */
function failed(
  { notes, onFailure, use }: PolicyInstance,
  { clientAddress }: PolicyConnection,
  problem: unknown,
  { log }: Door,
) {
  notes.failure('connection', clientAddress, problem);
  const facts = { policy: use.policy, use: use.id, phase: 'connection', onFailure };
  log.warn('a policy failed', { ...facts, problem: problem instanceof Error ? problem.stack : String(problem) });
  return onFailure === 'open';
}

async function inTime(may: Promise<boolean>, limitMs: number): Promise<boolean> {
  const given = await withinDeadline(may, limitMs);
  if (given === LATE) throw new Error(`no answer within ${limitMs} ms`);
  return given;
}
