import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the SDK of this host marks as deprecated: name → what to use instead. */
export function deprecatedNames(): ReadonlyMap<string, string> {
  const folder = dirname(fileURLToPath(import.meta.resolve('@backplane/sdk')));
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  return new Map(texts.flatMap(deprecatedIn));
}

/** Exported names below a comment with `@deprecated`. */
export function deprecatedIn(text: string): [string, string][] {
  const pattern =
    /\/\*\*(?:(?!\*\/)[\s\S])*?@deprecated\s+([^\n*]*)(?:(?!\*\/)[\s\S])*\*\/\s*export\s+(?:declare\s+)?(?:async\s+)?(?:function|const|class|interface|type)\s+(\w+)/g;
  return [...text.matchAll(pattern)].map(([, instead = '', name = '']) => [name, instead.trim()]);
}
