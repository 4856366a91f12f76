import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Position } from '@backplane/sdk';
import { openPluginProject, type PluginProject } from '../project/plugin-project.ts';
import type { Fix, LintRule } from './lint-rule.ts';
import { LINT_RULES } from './rules.ts';

/** One finding as people and programs read it. */
export interface LintFinding {
  readonly rule: string;
  readonly severity: LintRule['severity'];
  readonly message: string;
  readonly position: Position;
  readonly docs: string;
  readonly fixable: boolean;
}

export interface LintReport {
  readonly findings: readonly LintFinding[];
  readonly errors: number;
  readonly warnings: number;
  /** Files that were corrected, relative to the plugin. */
  readonly fixed: readonly string[];
}

/** Where a rule is explained. */
export const LINT_PAGE = 'docs/reference/plugin-lint.md';

/** Judges a plugin. Runs its code once, in a process of its own. Throws what `readManifest` throws. */
export async function lintProject(project: PluginProject, rules = LINT_RULES): Promise<LintReport> {
  return report(
    (await breaches(project, rules)).map(({ finding }) => finding),
    [],
  );
}

/** Corrects what can be corrected safely, as often as one correction uncovers another, then judges what is left. */
export async function fixPlugin(folder: string, rules = LINT_RULES): Promise<LintReport> {
  const fixed = new Set<string>();
  for (let round = 0; ; round++) {
    const project = await openPluginProject(folder);
    const found = await breaches(project, rules);
    const fixes = found.flatMap(({ fix }) => (fix === undefined ? [] : [fix]));
    const changed = round < 5 ? applyFixes(fixes) : [];
    if (changed.length === 0)
      return report(
        found.map(({ finding }) => finding),
        [...fixed],
      );
    for (const file of changed) fixed.add(relative(project.folder, file));
  }
}

async function breaches(project: PluginProject, rules: readonly LintRule[]) {
  const found: { readonly finding: LintFinding; readonly fix?: Fix }[] = [];
  for (const { id, severity, check } of rules) {
    for (const { message, position, fix } of await check(project)) {
      const finding = {
        rule: id,
        severity,
        message,
        position: position ?? project.manifestFile.positionOf(project.manifestPath),
        docs: `${LINT_PAGE}#${id}`,
        fixable: fix !== undefined,
      };
      found.push(fix === undefined ? { finding } : { finding, fix });
    }
  }
  return found;
}

/** Gives the files that really changed. */
function applyFixes(fixes: readonly Fix[]): string[] {
  const texts = new Map<string, string>();
  for (const { file, apply } of fixes) texts.set(file, apply(texts.get(file) ?? readFileSync(file, 'utf8')));
  return [...texts]
    .filter(([file, text]) => text !== readFileSync(file, 'utf8'))
    .map(([file, text]) => {
      writeFileSync(file, text);
      return file;
    });
}

function report(findings: readonly LintFinding[], fixed: readonly string[]): LintReport {
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return { findings, errors, warnings: findings.length - errors, fixed };
}
