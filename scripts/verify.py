"""Compare every file of a run with its record, byte by byte, and name what does not match."""

import sys
from pathlib import Path

from cnnscope.ledger import Ledger

findings, right = Ledger(snakemake.params.ledger).audit(snakemake.params.expected)
lines = [f"cnnscope: {finding}" for finding in findings]
Path(snakemake.log[0]).write_text("\n".join([*lines, ""]))
print("\n".join([*lines, f"{right} files as recorded, {len(findings)} findings"]))
sys.exit(1 if findings else 0)
