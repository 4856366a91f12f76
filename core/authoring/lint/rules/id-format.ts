import type { LintRule } from '../lint-rule.ts';

export const idFormat: LintRule = {
  id: 'id-format',
  severity: 'warning',
  summary: 'Actions are named `tools.<id of the plugin>.<what it does>`.',
  why: 'A name that leads to its plugin is found again, and never meets that of another plugin. Keep a name that stored workflows use as an alias.',
  check({ facts, manifest, manifestFile, manifestPath }) {
    const part = manifest.id.replaceAll('-', '_');
    return (facts?.actions ?? [])
      .filter(({ name }) => !name.split('.').slice(0, -1).includes(part))
      .map(({ name }) => ({
        message: `\`${name}\` does not name the plugin: \`tools.${part}.${name.split('.').at(-1)}\``,
        position: manifestFile.positionOf([...manifestPath, 'contributes']),
      }));
  },
};
