import type { Attack } from '../../attacks/attack.ts';
import { ENDED } from './attack.ts';

const main = (...lines: string[]) => `def main():\n${lines.map((line) => `    ${line}\n`).join('')}`;

/** Changes to the interpreter that the next script must not feel. */
export const tampering: readonly Attack[] = [
  {
    name: 'builtins replaced',
    source: `import builtins\n${main('builtins.len = lambda each: 42', 'builtins.print = None', 'del builtins.sorted', 'return 1')}`,
    result: 1,
  },
  {
    name: '__import__ replaced',
    source: `import builtins\n${main('builtins.__import__ = None', 'return 1')}`,
    result: 1,
  },
  {
    name: '__build_class__ removed',
    source: `import builtins\n${main('del builtins.__build_class__', 'return 1')}`,
    result: 1,
  },
  {
    name: 'modules replaced',
    source: `import sys\n${main('sys.modules["json"] = sys.modules["re"] = None', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'modules forgotten',
    source: `import sys\n${main('sys.modules.clear()', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'json changed',
    source: `import json\n${main('json.dumps = json.loads = lambda *_: "forged"', 'json.JSONEncoder.encode = lambda *_: "[]"', 'return 1')}`,
    results: [1, []],
  },
  {
    name: 'traps in standard streams',
    source: `import sys\n${main('sys.stdout = sys.stderr = None', 'return 1')}`,
    result: 1,
  },
  {
    name: 'a trace function left behind',
    source: `import sys\n${main('sys.settrace(lambda *_: 1 / 0)', 'sys.setprofile(lambda *_: None)', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'an audit hook',
    source: `import sys\n${main('sys.addaudithook(lambda *_: (_ for _ in ()).throw(RuntimeError))', 'return 1')}`,
    codes: [...ENDED, 'SANDBOX_SCRIPT_ERROR'],
    results: [1],
  },
  {
    name: 'an excepthook and atexit',
    source: `import sys, atexit\n${main('sys.excepthook = None', 'atexit.register(lambda: 1 / 0)', 'return 1')}`,
    result: 1,
  },
  {
    name: 'the recursion limit lowered',
    source: `import sys\n${main('sys.setrecursionlimit(50)', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'an int limit lowered',
    source: `import sys\n${main('sys.set_int_max_str_digits(640)', 'return 1')}`,
    result: 1,
  },
  {
    name: 'the collector switched off, its callbacks set',
    source: `import gc\n${main('gc.disable()', 'gc.callbacks.append(lambda *_: 1 / 0)', 'gc.set_threshold(1)', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'finalizers left behind',
    source: `import sys\nclass Ghost:\n    def __del__(self):\n        print("boo")\nsys.ghost = Ghost()\n${main('return 1')}`,
    result: 1,
  },
  {
    name: 'the runner found through frames, its parts replaced',
    source: `import sys\n${main('frame = sys._getframe()', 'while frame:', '    frame.f_globals.update(run=None, prepare=None, execute=None, prepared=None, is_harmless=lambda _: True)', '    frame = frame.f_back', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  {
    name: 'the runner found through the collector',
    source: `import gc, types\n${main('for each in gc.get_objects():', '    if isinstance(each, types.FunctionType) and each.__name__ in ("run", "prepare", "describe"):', '        each.__code__ = (lambda *_: b"Rforged").__code__', 'return 1')}`,
    codes: [...ENDED, 'SANDBOX_RESULT'],
    results: [1],
  },
  {
    name: 'the answer forged',
    source: `import sys\n${main('frame = sys._getframe().f_back', 'while frame and frame.f_code.co_name != "run":', '    frame = frame.f_back', 'frame.f_locals["problem"] = {"kind": "module", "name": [1]}', 'return 1')}`,
    codes: ENDED,
    results: [1],
  },
  { name: 'environment changed', source: `import os\n${main('os.environ["LEAK"] = "1"', 'return 1')}`, result: 1 },
  {
    name: 'the clock changed',
    source: `import time\n${main('time.time = time.sleep = lambda *_: 0', 'return 1')}`,
    result: 1,
  },
  {
    name: 'random numbers fixed',
    source: `import random, os\n${main('random.seed(1)', 'os.urandom = lambda n: b"0" * n', 'return 1')}`,
    result: 1,
  },
  {
    name: 'ast and compile changed',
    source: `import ast, builtins\n${main('ast.parse = None', 'builtins.compile = None', 'return 1')}`,
    result: 1,
  },
  {
    name: 'files left open',
    source: main(
      'kept = [open("/dev/null") for _ in range(500)]',
      '__builtins__["kept"] = kept if isinstance(__builtins__, dict) else None',
      'return 1',
    ).replace(
      '__builtins__["kept"] = kept if isinstance(__builtins__, dict) else None',
      'import builtins; builtins.kept = kept',
    ),
    result: 1,
  },
  {
    name: 'a class that lies about itself',
    source: `class Lie(dict):\n    def items(self): raise SystemExit\n    def __iter__(self): raise KeyboardInterrupt\n${main('return Lie(a=1)')}`,
    codes: ENDED.concat('SANDBOX_RESULT'),
    results: [{ a: 1 }],
  },
  {
    name: 'an exception that fails to describe itself',
    source: `class Bad(Exception):\n    def __str__(self): raise Bad\n    __repr__ = __str__\n${main('raise Bad')}`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  {
    name: 'an exception whose name lies',
    source: `class Bad(ModuleNotFoundError):\n    name = property(lambda self: 1 / 0)\n${main('raise Bad')}`,
    codes: ['SANDBOX_SCRIPT_ERROR'],
  },
  { name: 'half a console line', source: main('print("half", end="")', 'return 1'), result: 1 },
];
