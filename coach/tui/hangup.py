"""Ending where the terminal is gone.

A terminal that is closed says so with SIGHUP, but not to everybody: a program that another one started, as make does,
may be spared. It would then read from the closed terminal as fast as it can, and wait for ever to draw on it.
"""

from __future__ import annotations

import os
import select
import signal
import threading


def watch(descriptor: int) -> None:
    """Have a thread wait, at no cost, for the terminal behind `descriptor` to be closed, and then end the program."""
    threading.Thread(target=_wait, args=(descriptor,), name="coach-hangup", daemon=True).start()


def _wait(descriptor: int) -> None:
    poll = select.poll()
    # Nothing to read or write is asked for: being closed is always told.
    poll.register(descriptor, 0)
    [(_, event)] = poll.poll()
    # Some systems cannot tell it of terminals, and say that they do not know the descriptor.
    if event & (select.POLLHUP | select.POLLERR):
        os.kill(os.getpid(), signal.SIGHUP)
