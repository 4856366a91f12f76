/** What the command line shares with `npm create @backplane/plugin`. */
export { askWhatIsMissing } from './ask.ts';
export { KINDS, type Kind } from './kinds/kinds.ts';
export { pluginFiles } from './plugin-files.ts';
export { idFrom, isPluginId } from './plugin-id.ts';
export type { Language, PluginOutline } from './plugin-outline.ts';
export { FolderInUseError, writePlugin } from './write-plugin.ts';
