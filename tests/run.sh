#!/usr/bin/env bash
# Formatting, lint and all tests: bash tests/run.sh [pytest options]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. envs/setup.sh dev

"$PYTHON" -m ruff format --check .
"$PYTHON" -m ruff check .
"$(dirname "$PYTHON")/snakefmt" --check Snakefile workflow rules
"$PYTHON" -m snakemake --lint
# One process a core; a file's tests stay together, for they share what they have made.
"$PYTHON" -m pytest -n 2 --dist loadfile "$@"
