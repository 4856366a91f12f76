import type { LintRule } from '../lint-rule.ts';

/** Characters of a reason that can explain anything. */
const A_SENTENCE = 25;

export const wildcardHostReason: LintRule = {
  id: 'wildcard-host-reason',
  severity: 'warning',
  summary: 'Whoever asks for more than one host says in a sentence why.',
  why: 'An administrator decides by this sentence, and `*` lets data go anywhere.',
  check({ rawManifest, manifestFile, manifestPath }) {
    const network: unknown = rawManifest['capabilities']?.network;
    const rules: readonly any[] = Array.isArray(network)
      ? network
      : network === undefined
        ? []
        : [{ host: '*', ...(network as object) }];
    return rules.flatMap(({ host, why }, index) => {
      if (!String(host).includes('*') || String(why ?? '').length >= A_SENTENCE) return [];
      const at = Array.isArray(network) ? [index] : [];
      return [
        {
          message: `asks for \`${host}\`, and explains it with only “${why}”`,
          position: manifestFile.positionOf([...manifestPath, 'capabilities', 'network', ...at]),
        },
      ];
    });
  },
};
