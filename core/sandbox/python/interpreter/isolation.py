import importlib.machinery
import sys

# What would talk to JavaScript, to C by address, or to the interpreter's own inside. They lead nowhere anyway, as the sandbox has
# closed the doors behind them; a script should learn so from an ImportError and not from the end of its process.
CLOSED = frozenset((
    'js', 'pyodide', 'pyodide_js', '_pyodide', '_pyodide_core', 'micropip', 'ctypes', '_ctypes', '_ctypes_test',
    '_posixsubprocess', '_remote_debugging', '_testcapi', '_testinternalcapi', '_testlimitedcapi', '_testclinic',
    '_testclinic_limited', '_testbuffer', '_xxtestfuzz', 'xxsubtype', 'faulthandler', 'cffi', 'webbrowser',
))


class ClosedModules:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition('.')[0] in CLOSED:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)


def close_modules():
    """Forgets everything that Pyodide added or changed (asyncio), and refuses to find it again."""
    for name in [*sys.modules]:
        if name.partition('.')[0] in (*CLOSED, 'asyncio', '_asyncio'):
            del sys.modules[name]
    plain = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)
    sys.meta_path[:] = [ClosedModules, *plain]
    sys.path[:] = [entry for entry in sys.path if entry.endswith('.zip')]
    sys.path_importer_cache.clear()


close_modules()
