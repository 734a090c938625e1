"""Kind: what is damaged, how, what a person does then, and what must hold."""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults.mutate_bytes import Mutator


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes
    ----------
    path : str
        Below the cage; a kind whose file a healthy cage does not have is passed over.
    mutators : dict
        By name; those that replace the file by something else are added.
    operation : str
        Of `operations`.
    extra : str
        What the cage needs beside what it always has, see `cage_for`.
    data_set : str
        Which folder of `specimen_sets` it needs.
    refuses : bool
        Whether a damaged file may keep the project from opening.
    answers : bool
        Whether the operation's answer must be the same as with the healthy file, unless something is told.
    moves : bool
        Whether labels may be kept aside under another name (an image of another size); else they stay where they are.
    kept : bool
        Whether the mutant's bytes must still be somewhere when something was told.
    alone : str
        The image that the file belongs to: all others must be as with the healthy file. "": it belongs to several.
    long : bool
        Only in the long run: what it needs takes seconds to be imported.
    weight : float
        How often, compared with others; small for slow ones.
    """

    name: str
    path: str
    mutators: dict[str, Mutator]
    operation: str
    extra: str = ""
    data_set: str = ""
    refuses: bool = False
    answers: bool = False
    moves: bool = False
    kept: bool = True
    alone: str = ""
    long: bool = False
    weight: float = 1.0
