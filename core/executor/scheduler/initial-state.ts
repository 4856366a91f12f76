import type { RunState } from './state.ts';

/** The state before `RunStarted`, the first event of every run. */
export function newRunState(): RunState {
  return {
    status: 'new',
    runId: '',
    startedAt: 0,
    now: 0,
    nextSeq: 1,
    trigger: null,
    triggerType: '',
    env: {},
    environment: '',
    vars: {},
    steps: [],
    edges: {},
    decided: [],
    visited: [],
    remaining: 0,
    streams: {},
    streamCount: 0,
    ready: [],
    readyFrom: 0,
    running: 0,
    pending: {},
    warnings: [],
  };
}
