"""A line that says what is being done, how far it is and how long it took."""

import sys
import threading
import time


class Progress:
    """Show ``title`` while the block runs; with ``count`` and ``total``, also how many are done.

    On a terminal the line is written over; into a file or a pipe it is one line
    when the work begins and one when it ends.
    """

    def __init__(self, title, count=None, total=None):
        self.title = title
        self.count = count
        self.total = total
        self.is_done = threading.Event()

    def __enter__(self):
        self.started = time.monotonic()
        print(f"{self.title} …", end="" if sys.stdout.isatty() else "\n", flush=True)
        self.watch = threading.Thread(target=self.show_until_done, daemon=True)
        self.watch.start()
        return self

    def __exit__(self, failure, *_):
        self.is_done.set()
        self.watch.join()
        start = "\r\033[K" if sys.stdout.isatty() else ""
        state = "failed" if failure else f"done, {time.monotonic() - self.started:.0f} s"
        print(f"{start}{self.title}: {state}", flush=True)

    def show_until_done(self):
        """Write the line over, twice a second, on a terminal."""
        while not self.is_done.wait(0.5):
            if sys.stdout.isatty():
                print(f"\r\033[K{self.title} … {self.how_far()}", end="", flush=True)

    def how_far(self):
        """Return the share that is done, where it can be counted, and the seconds so far."""
        seconds = f"{time.monotonic() - self.started:.0f} s"
        if self.count is None:
            return seconds
        return f"{min(self.count(), self.total)} of {self.total}, {seconds}"
