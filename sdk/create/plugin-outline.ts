export type Language = 'ts' | 'js';

/** What every file of a new plugin needs to know. */
export interface PluginOutline {
  readonly id: string;
  /** Name of the npm package. */
  readonly packageName: string;
  /** Also the extension of its source files. */
  readonly extension: Language;
}
