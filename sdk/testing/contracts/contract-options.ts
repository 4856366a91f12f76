import type { FakeHostOptions } from '../fake-host.ts';

/** What the checks need to know beyond the plugin itself. */
export interface ContractOptions extends FakeHostOptions {
  /** The plugin's folder: then the files that it names must be there. */
  readonly folder?: string;
  /** By name of the action: what to try it with when it has no example, who answers it, and which checks do not apply. */
  readonly actions?: Readonly<
    Record<
      string,
      Partial<Pick<FakeHostOptions, 'http' | 'secrets' | 'connections' | 'config'>> & {
        readonly input?: object;
        /** Parts of names of checks, such as `429`: for actions that hand any answer on. */
        readonly except?: readonly string[];
      }
    >
  >;
  /** By name of a contribution that is opened (stores, buses, policies …): the configuration to try it with. Those without one are not opened. */
  readonly configs?: Readonly<Record<string, unknown>>;
}
