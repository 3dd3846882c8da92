"""What the plan, the page and the tests of a report must name alike."""

# What the page consists of beside the code that fills it.
TEMPLATE, STYLE, SCRIPTS = "template.html.j2", "report.css", ("common.js", "maps.js", "tables.js")
PARTS = (TEMPLATE, STYLE, *SCRIPTS)


def made_id(rule: str, label: str) -> str:
    """Where the page says what a result was made from."""
    return f"made-{rule}-{label}"
