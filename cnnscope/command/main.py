"""The command `cnnscope`.

What a subcommand needs is imported when it is called: a list of methods waits for neither PyTorch
nor Snakemake.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from cnnscope.command.parser import make_parser, read_words
from cnnscope.command.terminal import complain
from cnnscope.errors import UserError
from cnnscope.files import why_storage_fails

# The module that carries a subcommand out, and its function.
_CARRIED_OUT = {
    "explain": ("explaining", "explain"),
    "report": ("explaining", "report"),
    "methods": ("listing", "methods"),
    "metrics": ("listing", "metrics"),
    "settings": ("listing", "settings"),
    "why": ("upkeep", "why"),
    "verify": ("upkeep", "verify"),
    "gc": ("upkeep", "gc"),
    "completion": ("completion", "completion"),
}


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a call; the exit code is 0, 1 for a mistake or a failure, 2 for a wrong call."""
    asked, behind = read_words(sys.argv[1:] if words is None else words)
    if asked.version:
        print(f"cnnscope {metadata.version('cnnscope')}")
        return 0
    if asked.command is None:
        make_parser()[0].print_help(sys.stderr)
        return 2
    module, function = _CARRIED_OUT[asked.command]
    carry_out = getattr(importlib.import_module(f"cnnscope.command.{module}"), function)
    try:
        code = carry_out(asked, behind)
        sys.stdout.flush()
        return code
    except UserError as error:
        complain(str(error))
    except BrokenPipeError:
        # Whoever reads has read enough, as `head` does; nothing may be written at the end either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        complain("stopped")
        return 130
    except OSError as error:
        if not why_storage_fails(error):
            raise
        complain(f"{error.filename}: {error.strerror}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
