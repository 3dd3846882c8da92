"""Say for each published result that is no longer what it would be today what has changed."""

from pathlib import Path

from cnnscope.planning.audit import reasons, say_reasons

said = say_reasons(reasons(snakemake.params.expected, Path(snakemake.params.store)))
print("\n".join(said))
Path(snakemake.log[0]).write_text("\n".join([*said, ""]))
