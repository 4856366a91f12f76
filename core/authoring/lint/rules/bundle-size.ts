import { BackplaneError } from '@backplane/sdk';
import { bundlePlugin } from '../../pack/bundle-plugin.ts';
import type { LintRule } from '../lint-rule.ts';

const MOST_BYTES = 250_000;

export const bundleSize: LintRule = {
  id: 'bundle-size',
  severity: 'warning',
  summary: 'The bundled plugin has at most 250 KB.',
  why: 'Every process that runs the plugin loads all of it. Mostly one package is to blame; `import * as z` is smaller than `{ z }`.',
  async check(project) {
    if (project.facts === undefined || project.loadError !== undefined) return [];
    try {
      const { code } = await bundlePlugin(project);
      const bytes = Buffer.byteLength(code);
      if (bytes <= MOST_BYTES) return [];
      return [{ message: `the bundle has ${Math.ceil(bytes / 1000)} KB` }];
    } catch (error) {
      if (!BackplaneError.is(error)) throw error;
      return [{ message: error.message }];
    }
  },
};
