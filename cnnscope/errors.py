"""The exceptions that are told to the user in one line, without a traceback."""

_LONGEST = 1200


class UserError(Exception):
    """A mistake in the config, the data or the model, told in one line.

    The message says what is wrong, where (a file, a config key) and what to do. It reaches the
    user without a traceback, so it must stand on its own.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(message.split())
        if len(line) > _LONGEST:
            line = f"{line[: _LONGEST // 2]} ... {line[-_LONGEST // 2 :]}"
        # File names may hold what a terminal would obey, and bytes that are no text.
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line))


class RefusalError(UserError):
    """A method has no right answer for this network, whatever its settings."""
