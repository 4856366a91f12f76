/** What came of asking people. `cancelled`: the run, or the stream, ended before anybody had answered. */
export type InteractionStatus = 'open' | 'responded' | 'approved' | 'rejected' | 'timed-out' | 'cancelled';

/** What somebody says to a step that asks. */
export interface InteractionAnswer {
  /** Made by whoever takes it in, so that a repeated delivery is known, and so that it shows whose answer counted. */
  readonly id: string;
  readonly approver: string;
  readonly via: 'api' | 'link' | 'slack';
  /** True: this approver may say it once only. */
  readonly once?: boolean;
  readonly groups?: readonly string[];
  /** Of an approval; absent: `approve_if` decides. */
  readonly decision?: 'approve' | 'reject';
  readonly comment?: string;
  /** Of a `response` the response itself, of an approval whatever belongs to it. */
  readonly data?: unknown;
}

/** The last word of one approver. */
export interface Decision extends Omit<InteractionAnswer, 'once' | 'decision'> {
  readonly decision: 'approve' | 'reject';
  /** False: `approve_if` does not let this approval count. */
  readonly counts: boolean;
  /** Epoch milliseconds, as every time here. */
  readonly at: number;
}

/** What a step asks, from the moment at which its action has run. JSON only. */
export interface InteractionState {
  readonly id: string;
  readonly type: 'response' | 'approval';
  status: InteractionStatus;
  readonly message?: string;
  readonly requiredApprovers: number;
  /** Empty: anybody. */
  readonly approverGroups: readonly string[];
  /** True: an answer without a decision will do. */
  readonly approveIf: boolean;
  readonly openedAt: number;
  readonly deadline?: number;
  closedAt?: number;
  decisions: readonly Decision[];
  /** Of a `response`: what was answered, by whom. */
  response?: { readonly id: string; readonly approver: string; readonly data: unknown };
}
