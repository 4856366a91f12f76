/** Whoever stored a version of a workflow. It may do what they may: they answer for its steps, whoever starts it. */
export interface WorkflowAuthor {
  readonly kind: 'user' | 'service';
  readonly id: string;
  /** For people: an e-mail address, or the name of a service account. */
  readonly name: string;
  /** Id of the organisation of the workspace. */
  readonly organization: string;
}

/** What is kept with a version; undefined for the host itself, which needs no leave. */
export function readAuthor(kept: unknown): WorkflowAuthor | undefined {
  return (kept ?? undefined) as WorkflowAuthor | undefined;
}
