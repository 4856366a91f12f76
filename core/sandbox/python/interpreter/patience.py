import asyncio
import select
import time


def pause(seconds):
    """Waits without using the processor: the sandbox turns `poll` on nothing into a real pause."""
    select.poll().poll(max(0, seconds) * 1000)


def sleep(seconds, /):
    """As `time.sleep`, which would spin here until the time has passed."""
    until = time.monotonic() + seconds
    if seconds < 0:
        raise ValueError('sleep length must be non-negative')
    while (left := until - time.monotonic()) > 0:
        pause(left)


class Stalled(BaseException):
    """Nothing is left that could wake the script."""


class Timers:
    """What an event loop waits with when there are no files and no network: the clock alone."""

    def select(self, timeout):
        if timeout is None:
            raise Stalled
        pause(timeout)
        return ()

    def get_map(self):
        return {}

    def close(self):
        pass


class Loop(asyncio.base_events.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._selector = Timers()

    def _process_events(self, events):
        pass

    def _write_to_self(self):
        pass


class LoopPolicy(asyncio.events._BaseDefaultEventLoopPolicy):
    _loop_factory = Loop


def settle(awaitable):
    """The value of a coroutine, computed on a loop of its own."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(await_any(awaitable))


async def await_any(awaitable):
    return await awaitable
