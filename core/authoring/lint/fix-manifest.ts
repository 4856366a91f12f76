import type { PluginProject } from '../project/plugin-project.ts';
import { fixJson } from './fix-json.ts';
import type { Fix } from './lint-rule.ts';

/** A correction of the manifest, wherever it stands. */
export function fixManifest(project: PluginProject, change: (manifest: Record<string, any>) => void): Fix {
  return fixJson(project.manifestFile, (value) =>
    change(project.manifestPath.length === 0 ? value : value[project.manifestPath[0]!]),
  );
}
