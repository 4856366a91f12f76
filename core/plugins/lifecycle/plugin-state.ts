/**
 * Where a plugin stands. `discovered`: its manifest was found. `disabled`: switched off. `resolved`: it fits this host. `verified`: its
 * files are those of the lock. `awaiting-approval`: it asks for more than anybody has approved. `loaded`: its code ran, its contributions
 * are known. `active`: it can be called. `degraded`: it can be called, but ended unexpectedly or misses a plugin that it requires.
 * `draining`: no new calls, running ones may finish. `stopped`: over. `failed`: it could not become active. `quarantined`: it ended too
 * often; a person decides. Whatever one of them does, everything else goes on.
 */
export type PluginState =
  | 'discovered'
  | 'disabled'
  | 'resolved'
  | 'verified'
  | 'awaiting-approval'
  | 'loaded'
  | 'active'
  | 'degraded'
  | 'draining'
  | 'stopped'
  | 'failed'
  | 'quarantined';

/** What may follow what; everything else is a mistake of the host. */
export const TRANSITIONS: Readonly<Record<PluginState, readonly PluginState[]>> = {
  discovered: ['disabled', 'resolved', 'failed'],
  disabled: [],
  resolved: ['verified', 'awaiting-approval', 'failed', 'stopped'],
  verified: ['awaiting-approval', 'loaded', 'active', 'failed', 'stopped'],
  'awaiting-approval': ['stopped'],
  loaded: ['active', 'failed', 'stopped'],
  active: ['degraded', 'draining', 'stopped', 'failed', 'quarantined'],
  degraded: ['active', 'draining', 'stopped', 'failed', 'quarantined'],
  draining: ['stopped'],
  stopped: [],
  failed: ['stopped'],
  quarantined: ['stopped', 'draining'],
};

/** The states in which calls are taken. */
export function takesCalls(state: PluginState): boolean {
  return state === 'active' || state === 'degraded';
}

/** The states in which its actions stand in the registry, if only to say why they do not answer. */
export function holdsActions(state: PluginState): boolean {
  return takesCalls(state) || state === 'quarantined';
}
