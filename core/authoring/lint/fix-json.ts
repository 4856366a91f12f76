import type { JsonFile } from '../project/plugin-project.ts';
import type { Fix } from './lint-rule.ts';

/** A correction of a JSON file: `change` alters the parsed value. Written as npm writes it: two spaces, a line break at the end. */
export function fixJson({ file }: JsonFile, change: (value: Record<string, any>) => void): Fix {
  return {
    file,
    apply(text) {
      const value = JSON.parse(text) as Record<string, any>;
      change(value);
      return `${JSON.stringify(value, null, 2)}\n`;
    },
  };
}
