import ast
import inspect


def choose_function(names, namespace):
    """`main`, or the only function of the script's top level; otherwise the names of those there are."""
    if callable(namespace.get('main')):
        return namespace['main'], None
    found = [name for name in names if callable(namespace.get(name))]
    return (namespace[found[0]], None) if len(found) == 1 else (None, found)


def top_functions(statements):
    """Names of functions that a module defines, also inside its `if`, `try` and `with` blocks and as lambdas."""
    for statement in statements:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda()):
                yield name
            case ast.If() | ast.Try() | ast.With():
                for part in ('body', 'orelse', 'finalbody'):
                    yield from top_functions(getattr(statement, part, ()))


def call_by_name(function, inputs):
    """Inputs go to parameters of their names; a parameter without input gets its default, or None."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return function(**inputs)
    positional, named, rest = [], {}, dict(inputs)
    for each in parameters:
        if each.kind is each.VAR_KEYWORD:
            named.update(rest)
        elif each.kind is each.VAR_POSITIONAL:
            continue
        else:
            value = rest.pop(each.name, None if each.default is each.empty else each.default)
            if each.kind is each.POSITIONAL_ONLY:
                positional.append(value)
            else:
                named[each.name] = value
    return function(*positional, **named)
