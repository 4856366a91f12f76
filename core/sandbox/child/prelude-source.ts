import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** In the order in which they need each other. */
const FILES = [
  'describe-error',
  'format-value',
  'console',
  'timers',
  'base64',
  'text-encoding',
  'structured-clone',
  'random',
  'percent-encoding',
  'punycode',
  'url-host',
  'url-record',
  'url-search-params',
  'url',
  'install-globals',
  'encode-result',
  'call-by-name',
  'bootstrap',
];

/** The code of `../isolate` as one script whose value is `enter` (see `bootstrap.ts`): types and module syntax removed. */
export function preludeSource(): string {
  const bodies = FILES.map((name) => {
    const typed = readFileSync(new URL(`../isolate/${name}.ts`, import.meta.url), 'utf8');
    return stripTypeScriptTypes(typed)
      .replace(/^import\s[^;]*;$/gm, '')
      .replace(/^export (?=(?:async )?(?:function|const|class)\b)/gm, '');
  });
  return `(function(){'use strict';\n${bodies.join('\n')}\nreturn createEnter();\n})()`;
}
