"""An attribution method, as the scripts that run one read it."""

from collections.abc import Callable, Sequence

from model_context import read_split

from cnnscope.attribution.asked import AskedMethod


def asked_method(settings: dict, inputs) -> AskedMethod:
    """The method that a job is told to run, with its background where it takes one."""
    files = inputs.get("background"), inputs.get("background_table")
    return AskedMethod.of(settings, read_split(files) if files[0] else None)


def needed(needs: Sequence[str], settings: dict, inputs, log: Callable[[str], None]) -> dict:
    """What a metric needs beside maps and masks, by the names under which it takes it."""
    offered = {}
    if "method" in needs:
        offered["explain"] = asked_method(settings, inputs).explainer(log)
    if "examples" in needs:
        pool = read_split([inputs.examples, inputs.examples_table])
        offered["examples"], offered["example_labels"] = pool
    return offered
