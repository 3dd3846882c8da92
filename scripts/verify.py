"""Compare every file with its record, byte by byte, and name what does not match."""

import sys
from pathlib import Path

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.audit import audit

store, folder = Path(snakemake.params.store), Path(snakemake.params.folder)
findings, right = audit(store, folder, file_digest)
lines = [f"cnnscope: {finding}" for finding in findings]
print("\n".join([*lines, f"{right} files as recorded, {len(findings)} findings"]))
sys.exit(1 if findings else 0)
