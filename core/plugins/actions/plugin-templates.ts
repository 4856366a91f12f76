import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { raise } from '../../errors/catalogue.ts';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import type { ActionInfo, ActionRegistry, RunnableAction } from '../../registry/runnable-action.ts';
import { templateAction } from '../../registry/template/template-action.ts';
import { validateTemplate } from '../../registry/template/validate-template.ts';
import type { Manifest } from '../manifest/manifest-schema.ts';

export interface TemplatePlace {
  readonly folder: string;
  readonly registry: ActionRegistry;
  readonly source?: NonNullable<ActionInfo['source']>;
}

/** The actions of a plugin that are YAML templates, known by its manifest; a file is read when its action is first looked at. */
export function pluginTemplates(manifest: Manifest, { folder, registry, source }: TemplatePlace): RunnableAction[] {
  const { id, version, contributes } = manifest;
  return Object.entries(contributes.templates).map(([name, file]) => {
    const path = join(folder, file);
    const read = () => validateTemplate(parseYaml(textOf(path), path), registry);
    const from = source === undefined ? {} : { source: { ...source, file } };
    return templateAction({ name, origin: `${id}@${version}`, ...from, read }, registry);
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const problem = `cannot be read (${(cause as NodeJS.ErrnoException).code})`;
    throw raise.TEMPLATE_FILE({ file, problem }, { cause });
  }
}
