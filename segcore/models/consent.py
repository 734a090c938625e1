"""Consent: which files of published weights a person wants to be fetched, and whether the network is to be left alone.

Nothing is fetched without it. A person is asked with the address and the size (`DownloadNeededError` has both), by the
window or on the terminal; a command with ``--yes`` agrees beforehand.
"""

from __future__ import annotations

import os

OFFLINE = "MASKWRIGHT_OFFLINE"
"""Environment variable: any value but "" and "0" leaves the network alone."""
ANY = "*"
"""Stands for every address."""

_agreed: set[str] = set()
_offline: set[str] = set()
"""Who wants the network left alone: the setting, the command's option."""


def agree(address: str = ANY) -> None:
    """Let this process fetch the file at an address."""
    _agreed.add(address)


def is_agreed(address: str) -> bool:
    """Return whether the file at an address may be fetched."""
    return not _agreed.isdisjoint((address, ANY))


def go_offline(who: str, offline: bool = True) -> None:
    """Leave the network alone from now on, or no longer, as far as ``who`` wants it."""
    (_offline.add if offline else _offline.discard)(who)


def is_offline() -> bool:
    """Return whether the network is to be left alone."""
    return bool(_offline) or os.environ.get(OFFLINE, "") not in ("", "0")


def forget() -> None:
    """Take back what was agreed to and who wanted to stay offline."""
    _agreed.clear()
    _offline.clear()
