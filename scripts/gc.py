"""Remove the stored results that no published run reaches, and say first how much that is."""

from pathlib import Path

from cnnscope.planning.garbage import published_records, remove, say_unreachable, unreachable

store = Path(snakemake.params.store)
found = unreachable(store, published_records(store), snakemake.params.kept)
said = say_unreachable(found)
print("\n".join(said), flush=True)
Path(snakemake.log[0]).write_text("\n".join([*said, ""]))
remove(found)
