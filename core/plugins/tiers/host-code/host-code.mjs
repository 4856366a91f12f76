// JavaScript, and nothing imported but Node: this runs first in every process of a tier, so that nothing of the host's code needs to be found,
// read and stripped of its types there again. Four fifths of the time that such a process takes to start went into that.
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What the host was told by an earlier process; nothing: this one tells it. */
const given = readFileSync(0, 'utf8');
let isNoting = given === '';
let { code, targets } = isNoting ? { code: {}, targets: {} } : JSON.parse(given);

const hooks = registerHooks({
  resolve(specifier, context, next) {
    const key = `${context.parentURL} ${specifier}`;
    if (Object.hasOwn(targets, key)) return { url: targets[key], format: 'module', shortCircuit: true };
    const found = next(specifier, context);
    if (isNoting) targets[key] = found.url;
    return found;
  },
  load(url, context, next) {
    if (Object.hasOwn(code, url)) return { format: 'module', source: code[url], shortCircuit: true };
    const loaded = next(url, context);
    if (!isNoting || !/^module(-typescript)?$/.test(loaded.format)) return loaded;
    const text = String(Buffer.from(loaded.source));
    code[url] = loaded.format === 'module' ? text : stripTypeScriptTypes(text);
    return { format: 'module', source: code[url], shortCircuit: true };
  },
});

export function codeOf(url) {
  if (Object.hasOwn(code, url)) return code[url];
  const text = readFileSync(fileURLToPath(url), 'utf8');
  const stripped = /\.[mc]?ts$/.test(url) ? stripTypeScriptTypes(text) : text;
  if (isNoting) code[url] = stripped;
  return stripped;
}

export function endOfHostCode() {
  const noted = isNoting ? Object.entries(targets).filter(([, url]) => Object.hasOwn(code, url)) : undefined;
  const record = noted && Buffer.from(JSON.stringify({ code, targets: Object.fromEntries(noted) }));
  hooks.deregister();
  isNoting = false;
  code = {};
  targets = {};
  return record;
}
