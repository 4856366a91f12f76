import { cancelPolitely, terminate } from './cancel.ts';
import type { Request, RunEvent } from './event.ts';
import { askingPlace, takeAnswer } from './interaction.ts';
import { pauseRun, resumeRun } from './pause.ts';
import { advanceClock, type Turn } from './turn.ts';

export function isRequest(event: RunEvent): event is Request {
  return Object.hasOwn(HANDLERS, event.type);
}

/** False when the run is in no state in which the request would change anything: then nobody need remember it. */
export function isOfUse(turn: Turn, request: Request): boolean {
  const { state } = turn;
  if (state.status !== 'running') return false;
  switch (request.type) {
    case 'CancelRequested':
      return state.cancel === undefined;
    case 'TerminateRequested':
      return true;
    case 'PauseRequested':
      return state.paused === undefined && state.cancel === undefined;
    case 'ResumeRequested':
      return state.paused !== undefined && (request.by === undefined || request.by === state.paused.by);
    case 'SignalReceived':
      return state.cancel === undefined && askingPlace(turn, request) !== undefined;
  }
}

/** False when it changes nothing. */
export function applyRequest(turn: Turn, request: Request): boolean {
  if (!isOfUse(turn, request)) return false;
  advanceClock(turn.state, request.at);
  (HANDLERS[request.type] as (turn: Turn, request: Request) => void)(turn, request);
  return true;
}

const HANDLERS: { readonly [T in Request['type']]: (turn: Turn, request: Request & { type: T }) => void } = {
  CancelRequested: cancelPolitely,
  TerminateRequested: terminate,
  PauseRequested: pauseRun,
  ResumeRequested: resumeRun,
  SignalReceived: (turn, request) => takeAnswer(turn, askingPlace(turn, request)!, request.answer),
};
