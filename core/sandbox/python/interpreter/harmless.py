import ast
import builtins
import sys
import types

# A script that is made of nothing but these parts can change nothing that outlives it: no attribute is ever written, no module is
# ever a value, nothing whose name begins with an underscore is touched. Anything else may be just as harmless and is not trusted:
# after it the whole interpreter is put back, which takes longer.
PARTS = frozenset((
    ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.For, ast.While,
    ast.If, ast.Try, ast.ExceptHandler, ast.Raise, ast.Assert, ast.Expr, ast.Pass, ast.Break, ast.Continue, ast.Import,
    ast.ImportFrom, ast.alias, ast.BoolOp, ast.NamedExpr, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.comprehension, ast.Compare, ast.Call, ast.keyword,
    ast.FormattedValue, ast.JoinedStr, ast.Constant, ast.Attribute, ast.Subscript, ast.Starred, ast.Name, ast.List, ast.Tuple,
    ast.Slice, ast.Load, ast.Store,
))
OPERATORS = (ast.boolop, ast.operator, ast.unaryop, ast.cmpop)

MODULES = frozenset((
    'base64', 'binascii', 'datetime', 'hashlib', 'hmac', 'html', 'itertools', 'json', 'math', 're', 'secrets', 'statistics',
    'string', 'textwrap', 'time', 'unicodedata', 'urllib.parse', 'uuid',
))

BUILTINS = frozenset((
    'abs', 'all', 'any', 'ascii', 'bin', 'bool', 'bytearray', 'bytes', 'callable', 'chr', 'complex', 'dict', 'divmod', 'enumerate',
    'filter', 'float', 'format', 'frozenset', 'hash', 'hex', 'int', 'isinstance', 'iter', 'len', 'list', 'map', 'max', 'min', 'next',
    'oct', 'ord', 'pow', 'print', 'range', 'repr', 'reversed', 'round', 'set', 'slice', 'sorted', 'str', 'sum', 'tuple', 'zip',
    *(name for name, each in vars(builtins).items() if isinstance(each, type) and issubclass(each, Exception)),
))


def is_harmless(tree):
    nodes = [*ast.walk(tree)]
    if not all(type(node) in PARTS or isinstance(node, OPERATORS) for node in nodes):
        return False
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    if not all(is_known_import(node) for node in imports):
        return False
    modules = {alias.asname or alias.name: alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names}
    modules |= {name.partition('.')[0]: name for name in modules.values() if '.' in name}
    own = names_given(nodes) | {alias.asname or alias.name for node in imports for alias in node.names}
    return all(is_harmless_part(node, modules, own) for node in nodes) and not uses_modules_as_values(nodes, modules)


def is_known_import(node):
    if isinstance(node, ast.Import):
        return all(each.name in MODULES and (each.asname or '.' not in each.name or each.name == 'urllib.parse') for each in node.names)
    return node.level == 0 and node.module in MODULES and all(lends(node.module, each.name) for each in node.names)


CHANGEABLE = (types.ModuleType, dict, list, set, bytearray)


def lends(module, name):
    """A module's functions, classes and constants; not the modules, lists and dictionaries that it or a class of it happens to hold."""
    value = getattr(sys.modules.get(module), name, None)
    if name.startswith('_') or isinstance(value, CHANGEABLE):
        return False
    held = [each for base in value.__mro__ for each in vars(base).items()] if isinstance(value, type) else ()
    return not any(isinstance(each, CHANGEABLE) for inner, each in held if not inner.startswith('_'))


def is_harmless_part(node, modules, own):
    match node:
        case ast.Attribute(attr=name, ctx=context):
            return isinstance(context, ast.Load) and not name.startswith('_')
        case ast.Name(id=name, ctx=ast.Load()):
            return name in own or name in BUILTINS or name in modules
        case ast.Name(id=name) | ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.keyword(arg=str(name)):
            return not name.startswith('__') and name not in modules and not getattr(node, 'decorator_list', None)
        case ast.ExceptHandler(name=name):
            return name not in modules
        case ast.alias(asname=name):
            return name is None or not name.startswith('__')
    return True


def names_given(nodes):
    given = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.FunctionDef(name=name):
                given.add(name)
            case ast.ExceptHandler(name=str(name)):
                given.add(name)
    return given


def uses_modules_as_values(nodes, modules):
    """True unless each module's name is only ever followed by a dot and something that the module lends."""
    followed = set()
    for node in nodes:
        match node:
            case ast.Attribute(value=ast.Attribute(value=ast.Name(id='urllib') as root, attr='parse') as inner, attr=name):
                if 'urllib' in modules and lends('urllib.parse', name):
                    followed |= {id(root), id(inner)}
            case ast.Attribute(value=ast.Name(id=base) as root, attr=name) if base in modules and base != 'urllib':
                if lends(modules[base], name):
                    followed.add(id(root))
    return any(isinstance(node, ast.Name) and node.id in modules and id(node) not in followed for node in nodes)
