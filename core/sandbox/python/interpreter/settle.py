import asyncio
import builtins
import gc
import os
import sys
import time


def settle_interpreter():
    """The last thing before the interpreter's image is taken: what scripts find is as plain Python leaves it."""
    asyncio.events._set_event_loop_policy(LoopPolicy())
    asyncio.events._set_running_loop(None)
    time.sleep = sleep
    os.environ.clear()
    sys.argv[:] = ['script.py']
    sys.dont_write_bytecode = True
    for name in ('exit', 'quit', 'copyright', 'credits', 'license', 'help'):
        vars(builtins).pop(name, None)
    gc.collect()
    gc.freeze()


settle_interpreter()
