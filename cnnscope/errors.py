"""The one exception that means: the user can mend this."""


class UserError(Exception):
    """A mistake in the config, the data or the model, told in one line.

    The message says what is wrong, where (a file, a config key) and what to do. It reaches the
    user without a traceback, so it must stand on its own.
    """

    def __init__(self, message: str) -> None:
        line = " ".join(message.split())
        # File names may hold what a terminal would obey, and bytes that are no text.
        super().__init__("".join(c if c.isprintable() else ascii(c)[1:-1] for c in line))
