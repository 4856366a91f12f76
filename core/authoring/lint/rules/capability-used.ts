import { CAPABILITY_OF } from '@backplane/sdk/host';
import { fixManifest } from '../fix-manifest.ts';
import type { LintRule } from '../lint-rule.ts';

export const capabilityUsed: LintRule = {
  id: 'capability-used',
  severity: 'warning',
  summary: 'Every capability that the manifest asks for is used.',
  why: 'What is granted and not needed is what an attacker finds. Judged for plugins that bring actions only.',
  fixes: true,
  check(project) {
    const { facts, manifest, rawManifest, manifestFile, manifestPath } = project;
    if (facts === undefined || facts.others.length > 0 || facts.actions.length === 0) return [];
    const judged = new Set<string>(Object.values(CAPABILITY_OF).filter((name) => name !== undefined));
    const used = new Set<string | undefined>(
      facts.actions.flatMap(({ uses }) => uses.map((port) => CAPABILITY_OF[port as keyof typeof CAPABILITY_OF])),
    );
    return Object.keys(manifest.capabilities)
      .filter((name) => judged.has(name) && !used.has(name) && rawManifest['capabilities']?.[name] !== undefined)
      .map((name) => ({
        message: `asks for \`${name}\`, which no action uses`,
        position: manifestFile.positionOf([...manifestPath, 'capabilities', name]),
        fix: fixManifest(project, (value) => {
          delete value['capabilities'][name];
        }),
      }));
  },
};
