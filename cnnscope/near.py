"""What somebody may have meant who misspelt a name."""

import difflib
from collections.abc import Iterable


def unknown(kind: str, word: str, known: Iterable[str]) -> str:
    """A line that says that a name is unknown, with the one that is nearest to it, or with all."""
    known = list(known)
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
    return f"unknown {kind} {word!r}; {hint}"
