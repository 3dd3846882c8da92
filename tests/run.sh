#!/usr/bin/env bash
# Formatting, lint and all tests: bash tests/run.sh [pytest options]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. envs/setup.sh dev

"$PYTHON" -m ruff format --check .
"$PYTHON" -m ruff check .
"$(dirname "$PYTHON")/snakefmt" --check Snakefile rules
"$PYTHON" -m snakemake --lint
"$PYTHON" -m pytest "$@"
