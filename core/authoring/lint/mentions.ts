import type { PluginProject } from '../project/plugin-project.ts';

/** True when a name stands anywhere in the plugin's own code, tests apart. */
export function mentions(project: PluginProject, name: string): boolean {
  return project.sources.some(({ isTest, text }) => !isTest && new RegExp(`\\b${name}\\b`).test(text));
}
