import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** Files of `../isolate`, each group in the order in which they need each other. `bootstrap.ts` says what is lazy and why. */
const EAGER = ['install-globals', 'encode-result', 'call-by-name', 'bootstrap'];
const TOOLS = ['describe-error', 'format-value', 'console', 'timers'];
const WEB = [
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
  'web-globals',
];

/** The code that lives inside isolates, as one script whose value is `enter`. */
export function preludeSource(): string {
  return `(function(){'use strict';
${join(EAGER)}
let tools, web;
return createEnter({
  tools: () => tools ??= (() => {${join(TOOLS)}
    return { createConsole, createTimers, describeError };
  })(),
  web: () => web ??= (() => {${join(WEB)}
    return { createWebGlobals };
  })(),
});
})()`;
}

/** Types and module syntax removed; the files import only from each other, so their names are in one scope. */
function join(names: readonly string[]): string {
  return names
    .map((name) => stripTypeScriptTypes(readFileSync(new URL(`../isolate/${name}.ts`, import.meta.url), 'utf8')))
    .map((code) => code.replace(/^import\s[^;]*;$/gm, '').replace(/^export (?=(?:function|const|class)\b)/gm, ''))
    .join('\n');
}
