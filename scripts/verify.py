"""Compare every file with its record, byte by byte, and name what does not match."""

import sys
from pathlib import Path

from cnnscope.data.fingerprint import file_digest
from cnnscope.planning.audit import audit, say_findings

store, folder = Path(snakemake.params.store), Path(snakemake.params.folder)
findings, right = audit(store, folder, file_digest)
said = say_findings(findings, right)
print("\n".join(said))
Path(snakemake.log[0]).write_text("\n".join([*said, ""]))
sys.exit(1 if findings else 0)
