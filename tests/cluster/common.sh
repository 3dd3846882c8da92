# What the scripts of this folder share. Source it: it sets ROOT, PYTHON and SCRATCH, a folder that
# is removed at the end, and shows the last lines of what failed.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# shellcheck source=envs/setup.sh
. "$ROOT/envs/setup.sh" ""
SCRATCH=$(mktemp --directory)
begun=$SECONDS

say() {
  printf '%4d s  %s\n' $((SECONDS - begun)) "$*"
}

fail() {
  say "FAILED: $*"
  exit 1
}

# Debian packages that a command is missing from: needs COMMAND PACKAGE...
needs() {
  command -v "$1" > /dev/null && return
  say "installing ${*:2}"
  apt-get update -qq > "$SCRATCH/apt.log" 2>&1
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${@:2}" >> "$SCRATCH/apt.log" 2>&1 ||
    { tail "$SCRATCH/apt.log"; fail "${*:2} could not be installed"; }
}

# An environment that sees the project's packages and has PLUGIN of its own: environment PLUGIN...
environment() {
  say "an environment of its own with $*"
  "$PYTHON" -m venv --without-pip "$SCRATCH/environment"
  local packages
  packages=$("$SCRATCH/environment/bin/python" -c 'import site; print(site.getsitepackages()[0])')
  "$PYTHON" -c 'import sys; print(*[p for p in sys.path if p.endswith("-packages")], sep="\n")' \
    > "$packages/project.pth"
  "$PYTHON" -m pip --python "$SCRATCH/environment/bin/python" install \
    --quiet --disable-pip-version-check "$@" > "$SCRATCH/pip.log" 2>&1 ||
    { tail "$SCRATCH/pip.log"; fail "$* could not be installed"; }
}

# A copy of the project without any result: fresh_copy FOLDER
fresh_copy() {
  mkdir -p "$1"
  PYTHONPATH="$ROOT/tests" "$PYTHON" -B -c '
import sys
from pathlib import Path
from small_project import copy_code
copy_code(Path(sys.argv[1]))' "$1"
}

# Compare what was published below two folders, byte by byte: compare FOLDER FOLDER
compare() {
  PYTHONPATH="$ROOT" "$PYTHON" -B "$ROOT/tests/cluster/same_results.py" "$@" ||
    fail "the results differ"
}
