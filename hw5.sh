#!/usr/bin/env bash
# Everything from one command: see usage below, or README.md.
set -uo pipefail

usage() {
  cat >&2 <<'USAGE'
usage: bash hw5.sh                                        the demo: draws its own dataset
       bash hw5.sh DATASET OUTPUT [snakemake options]     explain a CNN on DATASET

  DATASET   folder with training/<class>_<n>.jpg and validation/<class>_<n>.jpg (testing/ is optional),
            a .zip or .tar* of such a folder, or, with dataset.layout, a folder a class or a CSV file
  OUTPUT    folder for the figures; made when missing
  options   any of snakemake's: -n, --cores 1, --configfile mine.yaml, a target such as lime

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

# Snakemake reads config files before our own code runs: what could hurt there is found here.
configs=() taking=
for option in ${configfile[@]+"${configfile[@]}"} --cores "$@"; do
  if [[ $option =~ ^--configfiles?(=|$) ]]; then
    taking=yes option=${option#"${BASH_REMATCH[0]}"}
  elif [[ $option == -* ]]; then
    taking=
  fi
  if [ -z "$taking" ] || [ ! -f "$option" ]; then continue; fi
  if [[ $option == /* ]]; then configs+=("$option"); else configs+=("$PWD/$option"); fi
done
(cd "$here" && "$PYTHON" -m cnnscope.config_files ${configs[@]+"${configs[@]}"}) || exit 1

# The lock goes with this process and its children, however they end: nothing is left to clear.
mkdir -p "$here/results" || exit 1
exec 9>"$here/results/.lock"
if ! "$PYTHON" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX | fcntl.LOCK_NB)' 2>/dev/null; then
  echo "cnnscope: another run is at work in $here/results; wait for it, or stop it" >&2
  exit 1
fi
export CNNSCOPE_LOCK_HELD=yes
# Nobody is at work, so what Snakemake locked belongs to a run that was killed.
rm -f "$here/.snakemake/locks/"* 2>/dev/null

"$PYTHON" -m snakemake --snakefile "$here/Snakefile" --directory "$here" \
  ${configfile[@]+"${configfile[@]}"} --cores all "$@" || exit 1

for option in "$@"; do
  [[ $option == -n || $option == --dry-run ]] && exit 0
done
echo "cnnscope: the figures are in ${CNNSCOPE_OUTPUT:-$here/results/demo/figures}"
