import type { PluginOutline } from '../plugin-outline.ts';

/** What one kind of contribution puts into a new plugin. */
export interface KindScaffold {
  /** One line for the question which kind it is to be. */
  readonly summary: string;
  /** Its files below `src/`, without the extension `.ts` or `.js`: name → code. */
  sources(outline: PluginOutline): Readonly<Record<string, string>>;
  /** Its other files: path → content. */
  files?(outline: PluginOutline): Readonly<Record<string, string>>;
  /** The name under which the module of the same file exports it. */
  readonly exportName: string;
  readonly module: string;
  /** `contributes` of the manifest. */
  contributes(outline: PluginOutline): object;
  readonly capabilities?: object;
  /** For kinds that cannot run in a process of their own. */
  readonly tier?: 'trusted';
  /** How the README says that it is used. */
  usage(outline: PluginOutline): string;
}

/** The id as a part of an action's name: no dashes. */
export const snake = (id: string) => id.replaceAll('-', '_');
