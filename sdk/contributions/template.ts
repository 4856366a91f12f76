import { type Tagged, tag } from '../tag.ts';

/**
 * An action made of other actions, written in YAML: no code of its own, and no capability but those of the actions it calls. A folder of
 * them needs no code at all: name it under `templates` in the manifest.
 */
export interface TemplateSpec {
  /** As the file says: `tools.acme.lookup`. */
  readonly name: string;
  /** The YAML file, relative to the plugin's folder. */
  readonly file: string;
}

export type Template = TemplateSpec & Tagged<'template'>;

export function defineTemplate(spec: TemplateSpec): Template {
  return tag('template', spec);
}
