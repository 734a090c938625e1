"""Ending: SIGTERM and Ctrl+C in the terminal end the event loop, so that everything is saved; a second one kills."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QSocketNotifier

SIGNALS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """End the event loop when the process is asked to end; for the main thread.

    Python's own handlers run only when Python code runs, which an idle window does not do: the number of the signal
    comes through a socket that the event loop watches.
    """
    theirs, ours = socket.socketpair()
    for end in (theirs, ours):
        end.setblocking(False)
    notifier = QSocketNotifier(ours.fileno(), QSocketNotifier.Type.Read)

    def end_loop() -> None:
        ours.recv(64)
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        QCoreApplication.exit(0)

    notifier.activated.connect(end_loop)
    wanted = [number for number in SIGNALS if signal.getsignal(number) != signal.SIG_IGN]  # nohup stays nohup
    before = {number: signal.signal(number, lambda *_: None) for number in wanted}
    wakeup = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        theirs.close()
        ours.close()
