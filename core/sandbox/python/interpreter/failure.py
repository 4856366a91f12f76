import linecache
import traceback

FILE = 'script.py'
MOST_MESSAGE = 2000
MOST_STACK = 4000


def describe(error):
    """What a failure says of itself; nothing here may fail, whatever the script raised."""
    if isinstance(error, MemoryError):
        return {'kind': 'memory'}
    place = place_of(error)
    if isinstance(error, ModuleNotFoundError) and type(error.name) is str:
        return {'kind': 'module', 'name': error.name[:200], **place}
    try:
        text = str(error)
    except BaseException:
        text = '(its text cannot be read)'
    name = type(error).__name__
    message = f'{name}: {text}' if text else name
    return {'kind': 'script', 'message': message[:MOST_MESSAGE], **place, 'stack': stack_of(error)}


def syntax(error):
    if isinstance(error, SyntaxError) and error.filename == FILE and error.lineno:
        return {'kind': 'syntax', 'message': error.msg, 'line': error.lineno, 'column': max(1, error.offset or 1)}
    return {'kind': 'syntax', 'message': f'{error}' or type(error).__name__}


def place_of(error):
    """The innermost line of the script itself, whatever library it was in at last."""
    try:
        frames = traceback.TracebackException.from_exception(error, limit=-50, compact=True).stack
        own = [frame for frame in frames if frame.filename == FILE]
    except BaseException:
        own = []
    return {'line': own[-1].lineno, 'column': (own[-1].colno or 0) + 1} if own else {}


def stack_of(error):
    """The traceback as Python prints it, from the script's first line on."""
    try:
        while (tb := error.__traceback__) and tb.tb_frame.f_code.co_filename != FILE:
            error = error.with_traceback(tb.tb_next)
        return ''.join(traceback.TracebackException.from_exception(error, limit=-20, compact=True).format())[-MOST_STACK:]
    except BaseException as failed:
        return f'(no traceback: {type(failed).__name__})'


def remember_source(source):
    """So that tracebacks show the script's lines."""
    linecache.cache[FILE] = (len(source), None, source.splitlines(True), FILE)
