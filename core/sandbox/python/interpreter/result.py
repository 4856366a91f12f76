import datetime
import json
import uuid

MOST_DEPTH = 200
PLAIN = (str, int, float, bool, type(None))


def as_json(value):
    """Called for what JSON has no form for."""
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError


encode = json.JSONEncoder(allow_nan=False, default=as_json, separators=(',', ':')).encode


def encode_result(value):
    """JSON text, or the reason why there is none."""
    try:
        return encode(value), None
    except (TypeError, ValueError, RecursionError) as error:
        return None, problem_in(value, 'result', []) or f'{error}'


def problem_in(value, path, above):
    """The first value that JSON has no form for, depth first, with its path."""
    if isinstance(value, float) and (value != value or value in (float('inf'), float('-inf'))):
        return f'{path} is {value}'
    if isinstance(value, (*PLAIN, datetime.date, datetime.time, uuid.UUID)):
        return None
    if any(value is each for each in above):
        return f'{path} contains itself'
    if len(above) >= MOST_DEPTH:
        return f'{path} is nested too deeply'
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, PLAIN):
                return f'{path} has a key of type {type(key).__name__}'
        parts = ((f'{path}[{key!r}]', each) for key, each in value.items())
    elif isinstance(value, (list, tuple)):
        parts = ((f'{path}[{index}]', each) for index, each in enumerate(value))
    else:
        return f'{path} is a {type(value).__name__}{HINTS.get(type(value), "")}'
    return next((found for inner, each in parts if (found := problem_in(each, inner, [*above, value]))), None)


HINTS = {
    set: ' (return sorted(value) or list(value))',
    frozenset: ' (return sorted(value) or list(value))',
    bytes: ' (return value.decode() or base64.b64encode(value).decode())',
}
