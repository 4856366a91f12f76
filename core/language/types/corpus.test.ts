import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseYaml } from '../source/parse-yaml.ts';
import { typeText } from './input-type.ts';
import { parseType } from './parse-type.ts';

const TEMPLATES = fileURLToPath(new URL('../../../../shared/conformance/templates', import.meta.url));

interface Template {
  readonly definition: { readonly expects: Readonly<Record<string, { readonly type: string }>> };
}

test.skipIf(!existsSync(TEMPLATES))(
  'every type that public templates use is read, and means the same when written out again',
  () => {
    const texts = new Set(
      globSync('**/*.{yml,yaml}', { cwd: TEMPLATES }).flatMap((file) => {
        const { definition } = parseYaml(readFileSync(join(TEMPLATES, file), 'utf8'), file).value as Template;
        return Object.values(definition.expects).map(({ type }) => type);
      }),
    );
    expect(texts.size).toBeGreaterThan(20);
    for (const text of texts) expect(parseType(typeText(parseType(text)))).toEqual(parseType(text));
  },
);
