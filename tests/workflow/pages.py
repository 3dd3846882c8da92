"""What the pages of docs/ show, and what a refusal says."""

import re

from small_project import ROOT


def shown_file(page: str) -> tuple[str, str]:
    """The one file that a page shows: its name, from the first line of the block, and its code."""
    text = (ROOT / "docs" / page).read_text()
    (block,) = re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return re.match(r"# (\S+)\n(.*)", block, re.DOTALL).groups()


def refused(project, *call: str) -> str:
    """The one line in which a plan is refused."""
    done = project.snakemake(*call, "-n")
    lines = [line for line in done.stderr.splitlines() if line.startswith("cnnscope: ")]
    assert done.returncode == 1 and len(lines) == 1, done.stderr
    return lines[0]
