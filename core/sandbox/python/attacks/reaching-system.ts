import type { Attack } from '../../attacks/attack.ts';
import { ENDED, refusedWith } from './attack.ts';

/** A function of the C library by address, if ctypes can be had at all. */
const CTYPES = `import _imp, importlib.machinery
ctypes = _imp.create_builtin(importlib.machinery.ModuleSpec('_ctypes', importlib.machinery.BuiltinImporter))
`;

/** From Python to files, network, processes and memory. */
export const reachingSystem: readonly Attack[] = [
  refusedWith("the host's passwords", 'return open("/etc/passwd").read()', 'FileNotFoundError'),
  refusedWith("the process's own files", 'return open("/proc/self/environ").read()', 'FileNotFoundError'),
  refusedWith("the sandbox's code", `return open(${JSON.stringify(import.meta.filename)}).read()`, 'FileNotFoundError'),
  refusedWith('a file written', 'open("/tmp/x", "w").write("x")', 'OSError'),
  refusedWith('a file appended to the library', 'open("/lib/python314.zip", "ab").write(b"x")', 'OSError'),
  refusedWith('the library opened for update', 'open("/lib/python314.zip", "r+b")', 'OSError'),
  refusedWith('the library removed', 'import os\nos.remove("/lib/python314.zip")', 'PermissionError'),
  refusedWith('the library moved', 'import os\nos.rename("/lib/python314.zip", "/x")', 'PermissionError'),
  refusedWith('the library truncated', 'import os\nos.truncate("/lib/python314.zip", 0)', 'PermissionError'),
  refusedWith('a folder made', 'import os\nos.mkdir("/home/x")', 'PermissionError'),
  refusedWith('a link made', 'import os\nos.symlink("/etc", "/home/x")', 'PermissionError'),
  refusedWith('permissions changed', 'import os\nos.chmod("/lib/python314.zip", 0)', 'PermissionError'),
  refusedWith('another working folder', 'import os\nos.chdir("/tmp")', 'PermissionError'),
  refusedWith(
    'a temporary file',
    'import tempfile\ntempfile.TemporaryFile().write(b"x")',
    'FileNotFoundError',
    'OSError',
    'PermissionError',
  ),
  refusedWith(
    'writing to other descriptors',
    'import os\nfor each in range(3, 64):\n    os.write(each, b"x")',
    'OSError',
  ),
  refusedWith(
    'a database file',
    'import sqlite3\nsqlite3.connect("/tmp/x.db").execute("create table t (a)")',
    'OperationalError',
    'ModuleNotFoundError',
    'ImportError',
  ),
  refusedWith('a socket', 'import socket\nsocket.socket().connect(("127.0.0.1", 9))', 'PermissionError'),
  refusedWith('a listening socket', 'import socket\nsocket.create_server(("127.0.0.1", 0))', 'PermissionError'),
  refusedWith('a name looked up', 'import socket\nsocket.getaddrinfo("localhost", 80)', 'gaierror', 'OSError'),
  refusedWith(
    'urllib',
    'import urllib.request\nurllib.request.urlopen("http://127.0.0.1:9/")',
    'URLError',
    'PermissionError',
  ),
  refusedWith(
    'http.client',
    'import http.client\nhttp.client.HTTPConnection("127.0.0.1", 9).request("GET", "/")',
    'PermissionError',
    'gaierror',
    'OSError',
  ),
  refusedWith(
    'an asyncio connection',
    'import asyncio\nasyncio.run(asyncio.open_connection("127.0.0.1", 9))',
    'NotImplementedError',
    'PermissionError',
    'OSError',
    'gaierror',
    'RuntimeError',
    'Stalled',
  ),
  refusedWith(
    'subprocess',
    'import subprocess\nsubprocess.run(["id"])',
    'OSError',
    'ModuleNotFoundError',
    'PermissionError',
  ),
  {
    ...refusedWith(
      'os.system',
      'import os\nif os.system("id") != 0:\n    raise PermissionError',
      'PermissionError',
      'OSError',
    ),
    codes: ENDED,
  },
  refusedWith(
    'os.popen',
    'import os\nos.popen("id").read()',
    'OSError',
    'ModuleNotFoundError',
    'PermissionError',
    'AttributeError',
  ),
  refusedWith('fork', 'import os\nos.fork()', 'AttributeError', 'OSError'),
  refusedWith(
    'exec',
    'import os\nos.execv("/bin/id", ["id"])',
    'AttributeError',
    'OSError',
    'PermissionError',
    'FileNotFoundError',
  ),
  refusedWith(
    'spawn',
    'import os\nos.posix_spawn("/bin/id", ["id"], {})',
    'AttributeError',
    'OSError',
    'FileNotFoundError',
  ),
  refusedWith('a thread', 'import threading\nthreading.Thread(target=print).start()', 'RuntimeError'),
  refusedWith(
    'a process pool',
    'import multiprocessing\nmultiprocessing.Pool(1)',
    'ModuleNotFoundError',
    'ImportError',
    'OSError',
    'RuntimeError',
    'FileNotFoundError',
    'PermissionError',
  ),
  refusedWith('ctypes', 'import ctypes', 'ModuleNotFoundError'),
  {
    ...refusedWith(
      'ctypes past the finders, reading memory',
      `${CTYPES}import sys\nfor name in dir(ctypes):\n    pass\nctypes.dlopen(None, 0)`,
      'ImportError',
      'OSError',
      'AttributeError',
      'TypeError',
      'SystemError',
      'RuntimeError',
      'through', // a handle to itself, whose functions end at the same closed doors
    ),
    codes: ENDED,
  },
  {
    ...refusedWith(
      'ctypes past the finders, calling a function by address',
      `${CTYPES}proto = type("P", (ctypes.CFuncPtr,), {"_flags_": 1, "_restype_": None, "argtypes": ()})\nfor address in range(1, 400):\n    proto(address)()`,
      'ImportError',
      'OSError',
      'AttributeError',
      'TypeError',
      'SystemError',
      'RuntimeError',
      'ValueError',
    ),
    codes: [...ENDED, 'SANDBOX_TIMEOUT_WALL', 'SANDBOX_MEMORY'],
    limits: { wallMs: 3000 },
  },
  {
    name: 'bytecode made by hand',
    source: `def main():
    def victim():
        return 1
    victim.__code__ = victim.__code__.replace(co_code=bytes(range(0, 256, 2)) * 8, co_stacksize=1)
    return victim()
`,
    codes: [...ENDED, 'SANDBOX_MEMORY', 'SANDBOX_TIMEOUT_WALL'],
    results: [null, 1],
    limits: { wallMs: 3000 },
  },
  {
    name: 'environment of the process',
    source: 'import os\ndef main():\n    return sorted(os.environ)\n',
    result: [],
  },
  { name: 'exit()', source: 'def main():\n    exit()\n', codes: ['SANDBOX_SCRIPT_ERROR'] },
  { name: 'sys.exit', source: 'import sys\ndef main():\n    sys.exit(3)\n', codes: ['SANDBOX_SCRIPT_ERROR'] },
  { name: 'os._exit', source: 'import os\ndef main():\n    os._exit(0)\n', codes: ENDED },
  { name: 'os.abort', source: 'import os\ndef main():\n    os.abort()\n', codes: ENDED },
  {
    name: 'os.kill of itself',
    source: 'import os, signal\ndef main():\n    os.kill(os.getpid(), signal.SIGKILL)\n    return 1\n',
    codes: ENDED,
    results: [1],
  },
  {
    name: 'os.kill of process one',
    source:
      'import os, signal\ndef main():\n    try:\n        os.kill(1, signal.SIGTERM)\n    except OSError:\n        pass\n    return 1\n',
    codes: ENDED,
    results: [1],
  },
  {
    name: 'signal.alarm and raise_signal',
    source:
      'import signal\ndef main():\n    signal.signal(signal.SIGTERM, lambda *_: None)\n    signal.raise_signal(signal.SIGTERM)\n    signal.raise_signal(signal.SIGABRT)\n    return 1\n',
    codes: ENDED,
    results: [1],
  },
  {
    name: 'faults of the interpreter on purpose',
    source: 'import faulthandler\ndef main():\n    faulthandler._sigsegv()\n',
    codes: ['SANDBOX_PYTHON_MODULE'],
  },
  { name: 'a debugger', source: 'def main():\n    breakpoint()\n', codes: ENDED, results: [null] },
  { name: 'input()', source: 'def main():\n    return input()\n', codes: ['SANDBOX_SCRIPT_ERROR'] },
];
