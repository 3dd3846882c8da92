#!/usr/bin/env bash
# Everything from one command: see usage below, or README.md.
set -uo pipefail

usage() {
  cat >&2 <<'USAGE'
usage: bash hw5.sh [snakemake options]                    the demo: draws its own dataset
       bash hw5.sh DATASET OUTPUT [snakemake options]     explain a CNN on DATASET

  DATASET   folder with training/<class>_<n>.jpg and validation/<class>_<n>.jpg (testing/ is optional),
            a .zip or .tar* of such a folder, or, with dataset.layout, a folder a class or a CSV file
  OUTPUT    folder for the figures; made when missing
  options   any of snakemake's: -n, --cores 1, --configfile mine.yaml, and targets such as lime

Without --configfile, DATASET is run with examples/food11.yaml. Caches are kept in results/.
USAGE
  exit 2
}

fail() {
  echo "cnnscope: $1" >&2
  usage
}

unset CDPATH # with it, cd prints where it goes
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
configfile=()
if [ $# -gt 0 ] && [[ $1 == -h || $1 == --help ]]; then usage; fi
if [ $# -gt 0 ] && [[ $1 != -* ]]; then
  [ $# -ge 2 ] || fail "DATASET is given without OUTPUT"
  if [ -d "$1" ]; then
    CNNSCOPE_DATASET=$(cd "$1" && pwd) || fail "DATASET: $1 cannot be entered"
  else
    [ -f "$1" ] || fail "DATASET: there is no folder, archive or CSV file $1"
    [ -r "$1" ] || fail "DATASET: $1 cannot be read"
    CNNSCOPE_DATASET=$(cd "$(dirname -- "$1")" && pwd)/$(basename -- "$1")
  fi
  mkdir -p -- "$2" 2>/dev/null || fail "OUTPUT: $2 cannot be made"
  CNNSCOPE_OUTPUT=$(cd -- "$2" && pwd) || fail "OUTPUT: $2 cannot be entered"
  [ -w "$CNNSCOPE_OUTPUT" ] || fail "OUTPUT: $2 is not writable"
  export CNNSCOPE_DATASET CNNSCOPE_OUTPUT
  configfile=(--configfile "$here/examples/food11.yaml")
  shift 2
fi

# shellcheck source=envs/setup.sh
. "$here/envs/setup.sh" ""

# From here on it is Python: it checks the options, keeps other runs out and becomes Snakemake.
called_from=$PWD
cd "$here" || exit 1
exec "$PYTHON" -m cnnscope.command_line "$called_from" \
  ${configfile[@]+"${configfile[@]}"} --cores all "$@"
