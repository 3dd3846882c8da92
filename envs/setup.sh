#!/usr/bin/env bash
# Find or make a Python that has the pinned packages. Source it: it sets PYTHON.
#   . envs/setup.sh [dev]        dev: with what the tests need
# The running Python is used when it has everything; else .venv/ is made, once.

cnnscope_setup() {
  local here requirements stamp wanted
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  requirements="$here/envs/requirements${1:+-$1}.txt"
  stamp="$here/.venv/.installed-${1:-run}"
  wanted=$(cat "$here"/envs/requirements*.txt "$here/envs/constraints.txt")

  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && [ -x "$here/.venv/bin/python" ]; then
    PYTHON="$here/.venv/bin/python"
    return 0
  fi
  if [ ! -d "$here/.venv" ] && _cnnscope_satisfied "$requirements"; then
    PYTHON=$(command -v python3)
    return 0
  fi
  _cnnscope_new_enough || return 1
  echo "cnnscope: installing the pinned packages into .venv (once; some minutes)" >&2
  python3 -m venv "$here/.venv" || return 1
  "$here/.venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --requirement "$requirements" --constraint "$here/envs/constraints.txt" >&2 || {
    echo "cnnscope: the packages of $requirements could not be installed; see the lines above" >&2
    return 1
  }
  # What the tests need includes what runs.
  printf '%s' "$wanted" | tee "$stamp" > "$here/.venv/.installed-run"
  PYTHON="$here/.venv/bin/python"
}

_cnnscope_new_enough() {
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return 0
  echo "cnnscope: Python 3.11 or newer is needed; found: $(python3 --version 2>&1)" >&2
  return 1
}

_cnnscope_satisfied() {
  python3 - "$1" <<'PYTHON' 2>/dev/null
import re, sys
from importlib.metadata import version
from pathlib import Path

def pins(file):
    for line in file.read_text().splitlines():
        if line.startswith("-r "):
            yield from pins(file.parent / line[3:].strip())
        elif found := re.match(r"([A-Za-z0-9._-]+)==(\S+)", line):
            yield found.groups()

assert sys.version_info >= (3, 11)
assert all(version(name).split("+")[0] == wanted for name, wanted in pins(Path(sys.argv[1])))
PYTHON
}

cnnscope_setup "$@" || exit 1
