import { fixManifest } from '../fix-manifest.ts';
import type { LintRule } from '../lint-rule.ts';

export const manifestDrift: LintRule = {
  id: 'manifest-drift',
  severity: 'error',
  summary: '`contributes` in the manifest lists exactly what the code contributes.',
  why: 'Hosts read the manifest and do not run code to know what a plugin has. Let `--fix` write the list.',
  fixes: true,
  check(project) {
    const { loadError, facts, manifestFile, manifestPath } = project;
    if (loadError?.code !== 'PLUGIN_INDEX_DRIFT' || facts === undefined) return [];
    const fix = fixManifest(project, (manifest) => {
      manifest['contributes'] = facts.index;
    });
    return [{ message: loadError.message, position: manifestFile.positionOf([...manifestPath, 'contributes']), fix }];
  },
};
