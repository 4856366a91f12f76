import ast
import builtins
import io
import json
import os
import random
import sys
import types

MOST_PREPARED = 64
prepared = {}


class Prepared:
    """A script as far as it can be known without running it."""

    def __init__(self, source):
        self.source, self.code, self.problem, self.harmless = source, None, None, False
        try:
            tree = ast.parse(source, FILE)
            self.code = compile(tree, FILE, 'exec', dont_inherit=True)
            self.functions = [*dict.fromkeys(top_functions(tree.body))]
            self.harmless = is_harmless(tree)
        except (SyntaxError, ValueError, RecursionError, OverflowError, MemoryError) as error:
            self.problem = describe(error) if isinstance(error, MemoryError) else syntax(error)


def prepare(source):
    """`H` for a script that cannot leave anything behind, `U` for one that is unknown. None of it has run by then."""
    if source not in prepared:
        if len(prepared) >= MOST_PREPARED:
            prepared.clear()
        prepared[source] = Prepared(source.decode())
    return b'H' if prepared[source].harmless else b'U'


def run(request):
    """Runs a prepared script. Request and answer: see `run-script.ts`."""
    try:
        head, _, inputs = request.partition(b'\n')
        head = json.loads(head)
        script = prepared[inputs[:head['sourceBytes']]]
        out, problem = execute(script, inputs[head['sourceBytes']:], head)
    except Stalled:
        out, problem = None, {'kind': 'stalled'}
    except BaseException as error:
        out, problem = None, describe(error)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Console):
            stream.finish()
    sys.modules.pop('script', None)
    return b'R' + out.encode() if problem is None else b'F' + json.dumps(problem).encode()


def execute(script, inputs, head):
    if script.problem is not None:
        return None, script.problem
    sys.stdout, sys.stderr, sys.stdin = Console(1), Console(2), io.StringIO()
    random.seed()
    os.environ.update(head['env'])
    remember_source(script.source)
    module = types.ModuleType('script')
    module.__file__ = FILE
    module.__builtins__ = builtins
    sys.modules['script'] = module
    exec(script.code, module.__dict__)
    function, several = choose_function(script.functions, module.__dict__)
    if function is None:
        return None, {'kind': 'entry', 'functions': several}
    value = call_by_name(function, json.loads(inputs))
    if hasattr(value, '__await__'):
        value = settle(value)
    text, reason = encode_result(value)
    if reason is not None:
        return None, {'kind': 'result', 'what': reason}
    if len(text) > head['outputBytes']:
        return None, {'kind': 'output', 'bytes': len(text)}
    return text, None
