"""Options that several declarations have in common, and name alone."""

from collections.abc import Mapping


def with_shared(options: Mapping[str, Mapping | None], shared: Mapping[str, Mapping]) -> dict:
    """The options in their order, where each that is None is the shared one of its name.

    Raises:
        ValueError: an option is None, and none of that name is shared.
    """
    for name, option in options.items():
        if option is None and name not in shared:
            known = ", ".join(shared)
            raise ValueError(f"option {name} is None, which only a shared one may be: {known}")
    return {name: shared[name] if option is None else option for name, option in options.items()}
