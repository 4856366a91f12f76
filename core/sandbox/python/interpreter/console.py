import io
import os


class Console(io.TextIOBase):
    """Whole lines, one write each: that is how the process outside tells them apart, counts them and cuts them off."""

    encoding = 'utf-8'

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._pending = ''

    def writable(self):
        return True

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f'write() argument must be str, not {type(text).__name__}')
        if '\n' not in text:
            self._pending += text
            return len(text)
        *lines, self._pending = (self._pending + text).split('\n')
        for line in lines:
            self._send(line)
        return len(text)

    def flush(self):
        """A line that is not complete waits for its end, or for the end of the run."""

    def finish(self):
        if self._pending:
            self._send(self._pending)
            self._pending = ''

    def _send(self, line):
        os.write(self._descriptor, line[:65_536].encode('utf-8', 'backslashreplace') or b'\n')
