/** A `triggers` entry of type `plugin`. */
export interface PluginTrigger {
  readonly type: 'plugin';
  /** Full dotted name, as the plugin contributes it: `tools.acme.new_ticket`. */
  readonly trigger: string;
  /** What the trigger itself understands; checked by it when it is set up. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Seconds between polls; absent: as the trigger says. */
  readonly every?: number;
}
