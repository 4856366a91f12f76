/** Workspace variables, as expressions see them: name → key → value. */
export interface VariableSource {
  /** Called for every attempt; an answer at hand need not be a promise. */
  resolve(environment: string): unknown | Promise<unknown>;
}
