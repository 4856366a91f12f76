import type { Manifest } from './manifest-schema.ts';

/** Every name under which the plugin can be called as an action, aliases apart: of its code and of its templates. */
export function actionNames(manifest: Manifest | undefined): string[] {
  return manifest === undefined
    ? []
    : [...manifest.contributes.actions, ...Object.keys(manifest.contributes.templates)];
}
