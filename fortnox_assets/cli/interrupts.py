"""Ctrl-C where it does no harm."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_back() -> Iterator[None]:
    """Ctrl-C inside the block raises KeyboardInterrupt at its end, whatever else the block raises.

    For what would make something else of it: an extension module that is being imported says ImportError, and a dbt
    that is stopped says that it failed.
    """
    asked: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: asked.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if asked:
            raise KeyboardInterrupt
