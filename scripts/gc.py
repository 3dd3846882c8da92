"""Remove the stored results that no published run reaches, and say first how much that is."""

from pathlib import Path

from cnnscope.planning.garbage import remove, unreachable

store = Path(snakemake.params.store)
records = sorted(store.parent.glob("*/records/*.json"))
found = unreachable(store, records, snakemake.params.kept)
for folder, size in found.items():
    print(f"{folder}: {size:,} bytes")
print(
    f"cnnscope: {len(found)} results, {sum(found.values()):,} bytes, that no published run reaches",
    flush=True,
)
remove(found)
