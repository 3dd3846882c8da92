"""A fault to put into the code on purpose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mutation:
    """A change of one place in one file that some test must notice.

    Attributes:
        file: the file to change, relative to the root of the project.
        old: text that occurs exactly once in it.
        new: what takes its place.
        tests: test files that are run; one of their tests must fail.
        about: what the fault is, in a few words.
    """

    file: str
    old: str
    new: str
    tests: tuple[str, ...]
    about: str


def faults_of(file: str, tests: str, *faults: tuple[str, str, str]) -> list[Mutation]:
    """Mutations of one file that the same tests must notice.

    Args:
        tests: test files below `tests/`, separated by spaces; the first is run first.
        faults: (what the fault is, old text, new text).
    """
    files = tuple(f"tests/{name}" for name in tests.split())
    return [Mutation(file, old, new, files, about) for about, old, new in faults]
