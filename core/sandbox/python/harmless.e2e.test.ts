import type { Log } from '@backplane/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createScriptSandbox, type ProcessSandbox } from '../create-script-sandbox.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

let sandbox: ProcessSandbox;
beforeAll(() => {
  sandbox = createScriptSandbox({ log: silent, pythonPoolSize: 1 });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const run = async (source: string) =>
  (await sandbox.run({ tenant: 'acme', language: 'python', source, inputs: {} })).result;

/** Ways to change something that outlives a script, made of parts that look harmless, and how to see it from a harmless script. */
test.each([
  [
    'a function of a module replaced',
    'import json\ndef main():\n    json.dumps = str',
    'import json\ndef main():\n    return json.dumps({"a": None})',
    '{"a": null}',
  ],
  [
    'a list of a module',
    'import urllib.parse\ndef main():\n    urllib.parse.uses_netloc.clear()',
    'import urllib.parse\ndef main():\n    return urllib.parse.urljoin("http://a/b", "c")',
    'http://a/c',
  ],
  [
    'a list of a module, imported by name',
    'from urllib.parse import uses_relative\ndef main():\n    uses_relative.clear()',
    'import urllib.parse\ndef main():\n    return urllib.parse.urljoin("http://a/b", "c")',
    'http://a/c',
  ],
  [
    'a dictionary of a class',
    'import textwrap\ndef main():\n    textwrap.TextWrapper.unicode_whitespace_trans.update({97: "b"})',
    'import textwrap\ndef main():\n    return textwrap.fill("a")',
    'a',
  ],
  [
    'a dictionary of a class, as value',
    'from textwrap import TextWrapper as Own\ndef main():\n    kept = Own\n    kept.unicode_whitespace_trans.update({97: "b"})',
    'import textwrap\ndef main():\n    return textwrap.fill("a")',
    'a',
  ],
  [
    'a module behind a module',
    'import json\ndef main():\n    json.decoder.scanner.py_make_scanner.kept = 1\n    json.codecs.builtins.len = None',
    'def main():\n    return len([1])',
    1,
  ],
  [
    'a module as a value',
    'import json\ndef main():\n    other = json\n    other.codecs.builtins.len = None',
    'def main():\n    return len([1])',
    1,
  ],
  [
    'a module handed to a function',
    'import json\ndef main():\n    return (lambda m: m.encoder.c_make_encoder)(json) is None',
    'import json\ndef main():\n    return json.dumps([1])',
    '[1]',
  ],
  [
    'names by text',
    'import json\ndef main():\n    setattr(json, "dumps", str)',
    'import json\ndef main():\n    return json.dumps(None)',
    'null',
  ],
  [
    'globals of a function',
    'import json\ndef main():\n    json.dumps.__globals__["_default_encoder"] = None',
    'import json\ndef main():\n    return json.dumps([1])',
    '[1]',
  ],
  [
    'defaults of a function',
    'from json import dumps as other\ndef main():\n    other.__kwdefaults__["indent"] = 4',
    'import json\ndef main():\n    return json.dumps([1])',
    '[1]',
  ],
  ['names of builtins', '__builtins__.len = None\ndef main(): pass', 'def main():\n    return len([1])', 1],
  [
    'import into a name that exists',
    'import json as re\ndef main():\n    re.loads = None',
    'import json\ndef main():\n    return json.loads("1")',
    1,
  ],
  [
    'a name of the module itself',
    '__name__ = "json"\nclass Own: pass\ndef main(): pass',
    'def main():\n    return __name__',
    'script',
  ],
  [
    'decorators',
    'import json\ndef take(f):\n    json.dumps = f\n@take\ndef main(): pass\ndef main(): pass',
    'import json\ndef main():\n    return json.dumps(None)',
    'null',
  ],
  [
    'a pattern',
    'import json\ndef main():\n    match json:\n        case object(codecs=c):\n            c.builtins.len = None',
    'def main():\n    return len([1])',
    1,
  ],
  [
    'a global left over',
    'kept = 5\ndef main():\n    global other\n    other = 6',
    'def main():\n    try:\n        return kept\n    except NameError:\n        return "gone"',
    'gone',
  ],
])('%s does not reach the next script', async (_, change, look, expected) => {
  expect(await run(look)).toEqual(expected);
  await run(change).catch(() => undefined);
  expect(await run(look)).toEqual(expected);
});
