import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseYaml } from '../../language/source/parse-yaml.ts';
import { isRecord } from '../../language/values/is-record.ts';
import { indexTemplate } from '../../registry/template/template-index.ts';
import { yamlFiles } from '../../registry/template/yaml-files.ts';

/**
 * `contributes.templates` for the folder that a manifest names under `templates`: name → file, relative to the plugin's folder, with
 * forward slashes. What is no template is left out. Throws TEMPLATE_FILE when the folder cannot be read.
 */
export async function folderTemplates(plugin: string, templates: string): Promise<Readonly<Record<string, string>>> {
  const files = await yamlFiles([join(plugin, templates)]);
  const named = files.flatMap((file) => {
    const name = templateName(file);
    return name === undefined ? [] : [[name, relative(plugin, file).replaceAll('\\', '/')] as const];
  });
  return Object.fromEntries(named);
}

function templateName(file: string): string | undefined {
  const text = readFileSync(file, 'utf8');
  const indexed = indexTemplate(text);
  if (indexed === 'not-a-template') return undefined;
  if (indexed !== 'unclear') return indexed.name;
  const { value } = parseYaml(text, file);
  if (!isRecord(value) || value['type'] !== 'action' || !isRecord(value['definition'])) return undefined;
  const { namespace, name } = value['definition'];
  return typeof namespace === 'string' && typeof name === 'string' ? `${namespace}.${name}` : undefined;
}
