"""Starts a company's process that does not hear an interrupt, says which it is, and waits to be killed."""

import os
import signal
import sys
import threading
from multiprocessing import get_context

from fortnox_assets.cli.companies_at_once import _end_with_parent


def deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, args=(0.0,), daemon=True).start()
    sys.stdout.write(f"{os.getpid()}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    started = get_context("spawn").Process(target=deaf)
    started.start()
    started.join()
