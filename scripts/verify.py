"""Compare every file with its record, byte by byte, and name what does not match."""

import sys
from pathlib import Path

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.audit import audit

store, folder = Path(snakemake.params.store), Path(snakemake.params.folder)
findings, right = audit(store, folder, file_digest)
said = [f"cnnscope: {finding}" for finding in findings]
said.append(f"{right} files as recorded, {len(findings)} findings")
print("\n".join(said))
Path(snakemake.log[0]).write_text("\n".join([*said, ""]))
sys.exit(1 if findings else 0)
