import ast
import builtins
import io
import json
import os
import random
import sys
import types


def run(request):
    """One script: a line of JSON that says what to do, then its inputs as JSON. The answer is `R` and a result, or `F` and a failure."""
    try:
        header, _, inputs = request.partition(b'\n')
        out, problem = execute(json.loads(header), inputs)
    except Stalled:
        out, problem = None, {'kind': 'stalled'}
    except BaseException as error:
        out, problem = None, describe(error)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, Console):
            stream.finish()
    return b'R' + out.encode() if problem is None else b'F' + json.dumps(problem).encode()


def execute(header, inputs):
    source = header['source']
    sys.stdout, sys.stderr, sys.stdin = Console(1), Console(2), io.StringIO()
    random.seed()
    os.environ.update(header['env'])
    remember_source(source)
    try:
        tree = ast.parse(source, FILE)
        code = compile(tree, FILE, 'exec', dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, OverflowError) as error:
        return None, syntax(error)
    module = types.ModuleType('script')
    module.__file__ = FILE
    module.__builtins__ = builtins
    sys.modules['script'] = module
    exec(code, module.__dict__)
    function, several = choose_function(tree, module.__dict__)
    if function is None:
        return None, {'kind': 'entry', 'functions': several}
    value = call_by_name(function, json.loads(inputs))
    if hasattr(value, '__await__'):
        value = settle(value)
    text, reason = encode_result(value)
    if reason is not None:
        return None, {'kind': 'result', 'what': reason}
    if len(text) > header['outputBytes']:
        return None, {'kind': 'output', 'bytes': len(text)}
    return text, None
