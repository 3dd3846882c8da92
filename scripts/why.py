"""Say for each published result that is no longer what it would be today what has changed."""

from pathlib import Path

from cnnscope.planning.audit import reasons

found = reasons(snakemake.params.expected, Path(snakemake.params.store))
changed = {result: lines for result, lines in found.items() if lines}
said = [f"{result}: {line}" for result, lines in sorted(changed.items()) for line in lines]
said.append(f"{len(changed)} of {len(found)} results would be made anew")
print("\n".join(said))
Path(snakemake.log[0]).write_text("\n".join([*said, ""]))
