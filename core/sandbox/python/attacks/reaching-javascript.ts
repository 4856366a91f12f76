import type { Attack } from '../../attacks/attack.ts';
import { ENDED, refusedWith } from './attack.ts';

/** The module behind the bridge, fetched past `sys.modules` and every finder, as `core`. */
const CORE = `import _imp, importlib.machinery
core = _imp.create_builtin(importlib.machinery.ModuleSpec('_pyodide_core', importlib.machinery.BuiltinImporter))
`;
const throughCore = (name: string, statement: string): Attack => ({
  ...refusedWith(
    name,
    `${CORE}${statement}`,
    'ImportError',
    'ModuleNotFoundError',
    'AttributeError',
    'TypeError',
    'RuntimeError',
    'SystemError',
  ),
  codes: ENDED,
});

/** From Python into JavaScript, and from there into Node. */
export const reachingJavascript: readonly Attack[] = [
  ...[
    'js',
    'pyodide_js',
    'pyodide',
    'pyodide.ffi',
    'pyodide.code',
    '_pyodide',
    '_pyodide_core',
    'micropip',
    'js.process',
  ].map((name) => refusedWith(`import ${name}`, `import ${name}`, 'ModuleNotFoundError')),
  refusedWith('run_js', 'from pyodide.code import run_js\nrun_js("process.exit()")', 'ModuleNotFoundError'),
  refusedWith(
    '__import__ of js by another finder',
    'import importlib\nimportlib.import_module("js")',
    'ModuleNotFoundError',
  ),
  refusedWith(
    'finders emptied first',
    'import sys\nsys.meta_path[:] = sys.meta_path[1:]\nimport js',
    'ModuleNotFoundError',
  ),
  {
    ...refusedWith(
      'the archive asked for pyodide without the guard',
      'import sys\ndel sys.meta_path[0]\nimport pyodide.ffi\npyodide.ffi.to_js([1]).constructor',
      ...['ModuleNotFoundError', 'ImportError', 'AttributeError'],
    ),
    codes: ENDED,
  },
  throughCore('to_js and its constructor', 'x = core.to_js([1])\nx.constructor.constructor("return process")()'),
  throughCore('to_js of a dictionary', 'core.to_js({"a": 1})'),
  throughCore('create_proxy', 'core.create_proxy(print)'),
  throughCore('create_once_callable', 'core.create_once_callable(print)'),
  throughCore('raw_call', 'core.raw_call(0)'),
  throughCore('run_sync', 'core.run_sync(1)'),
  throughCore('a fatal error on purpose', 'core.trigger_fatal_error()'),
  throughCore('JsException made by hand', 'core.JsException("a", "b").constructor'),
  {
    name: 'a JavaScript object among all objects',
    source: `import gc
def main():
    seen = [each for each in gc.get_objects() if type(each).__name__ in ('JsProxy', 'JsCallable', 'JsBuffer')]
    for each in seen:
        print(each.constructor)
    return 'none' if not seen else 'found'
`,
    result: 'none',
    codes: ENDED,
  },
  {
    name: 'every JsProxy class called without arguments',
    source: `def subclasses(cls, seen):
    for each in type.__subclasses__(cls):
        if each not in seen:
            seen.add(each)
            subclasses(each, seen)
    return seen
def main():
    made = []
    for each in subclasses(object, set()):
        if each.__name__.startswith(('Js', '_Js')):
            try:
                made.append(each().constructor)
            except Exception:
                pass
    return len(made)
`,
    result: 0,
    codes: ENDED,
  },
  {
    name: 'modules of the bridge through objects that remember them',
    source: `import gc, types
def main():
    names = sorted(m.__name__ for m in gc.get_objects() if isinstance(m, types.ModuleType) and m.__name__.startswith(('js', 'pyodide')) and not m.__name__.startswith('json'))
    for module in gc.get_objects():
        if isinstance(module, types.ModuleType) and module.__name__ in ('js', 'pyodide_js'):
            module.process
    return 'harmless'
`,
    results: ['harmless'],
    codes: ENDED,
  },
  refusedWith(
    'mountNodeFS',
    'import pyodide_js\npyodide_js.mountNodeFS("/mnt", "/etc")\nreturn open("/mnt/passwd").read()',
    'ModuleNotFoundError',
  ),
];
