/** Workspace variables, as expressions see them: name → key → value. */
export interface VariableSource {
  /** Of the default workspace if none is named. Called for every attempt; an answer at hand need not be a promise. */
  resolve(environment: string, workspace?: string): unknown | Promise<unknown>;
}
