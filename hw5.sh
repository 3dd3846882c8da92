#!/usr/bin/env bash
# Everything from one command: bash hw5.sh -h tells how it is called, or see README.md.
set -uo pipefail

unset CDPATH # with it, cd prints where it goes
called_from=$PWD
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here" || exit 1

# Whoever has mistyped a word should not wait for an installation first. Only a mistake in the call
# ends with 2: where this Python is missing or too old even for that, envs/setup.sh says so.
python3 -c 'import sys; sys.exit(sys.version_info < (3, 7))' 2>/dev/null &&
  python3 -m cnnscope.usage "$called_from" "$@"
if [ $? -eq 2 ]; then exit 2; fi

# shellcheck source=envs/setup.sh
. "$here/envs/setup.sh" ""

# From here on it is Python: it checks the call and becomes Snakemake.
exec "$PYTHON" -m cnnscope.command_line "$called_from" "$@"
