#!/usr/bin/env bash
# Run a small demo whose results lie in a storage that jobs do not share as a disk, and compare them
# with those of a local run: bash tests/cluster/storage.sh       (5 to 10 minutes)
#
# The storage is a folder behind Snakemake's plugin `fs`; rsync, which the plugin calls, is installed
# where it is missing (as root on Debian).
set -euo pipefail

unset CDPATH
# shellcheck source=tests/cluster/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

at_the_end() {
  local status=$?
  rm -rf "$SCRATCH"
  say "removed the scratch folder"
  exit "$status"
}
trap at_the_end EXIT
trap 'exit 130' INT TERM

# What is shared, besides the storage. Input and output never are.
SHARED=(persistence software-deployment sources source-cache storage-local-copies)

with_storage() { # FOLDER [options of Snakemake]: in a folder below $SCRATCH, its storage beside it
  (cd "$SCRATCH/$1" && exec "$SCRATCH/environment/bin/python" -m snakemake "${@:2}" \
    --cores 2 --configfile small.yaml \
    --default-storage-provider fs --default-storage-prefix "$SCRATCH/$1.storage" \
    --shared-fs-usage "${SHARED[@]}") > "$SCRATCH/log" 2>&1 ||
    { tail -n 40 "$SCRATCH/log"; fail "a run with a storage"; }
}

# The rules of the jobs that the last run has done, publishing aside.
computed() {
  sed -n 's/^Finished jobid: .* (Rule: \(.*\))$/\1/p' "$SCRATCH/log" |
    grep -v -e '^publish_' -e '^all$' | sort | tr '\n' ' '
}

published() {
  grep -c '^Finished jobid: .* (Rule: publish_' "$SCRATCH/log" || true
}

needs rsync rsync
environment snakemake-storage-plugin-fs

fresh_copy "$SCRATCH/local"
# The small project of the tests, with a demo in place of a dataset.
PYTHONPATH="$ROOT/tests" "$PYTHON" -B -c '
import sys
import yaml
from small_project import SMALL
demo = {"training": 4, "validation": 2, "testing": 1}
print(yaml.safe_dump(SMALL | {"dataset": {"path": None}, "demo": demo}))' \
  > "$SCRATCH/local/small.yaml"
cp -r "$SCRATCH/local" "$SCRATCH/sources"
cp -r "$SCRATCH/local" "$SCRATCH/stored"

say "a small demo, here"
(cd "$SCRATCH/local" && "$PYTHON" -m snakemake --configfile small.yaml) > "$SCRATCH/log" 2>&1 ||
  { tail -n 40 "$SCRATCH/log"; fail "the local run"; }
here=$(computed)

say "the same with its results in a storage; shared is: ${SHARED[*]}"
with_storage stored
[ "$(computed)" = "$here" ] || fail "it must do the jobs of the local run, not: $(computed)"
[ -d "$SCRATCH/stored.storage/results/.store" ] || fail "there is nothing in the storage"
[ ! -e "$SCRATCH/stored/results/.store" ] || fail "stored results lie beside the storage"
say "comparing the published results with those of the local run"
compare "$SCRATCH/local/results/small" "$SCRATCH/stored/results/small"

with_storage stored
grep -q "Nothing to be done" "$SCRATCH/log" || fail "afterwards there must be nothing to do"
say "afterwards there is nothing to do"

with_storage stored --config "saliency={target: predicted}"
[ "$(computed)" = "attribution figure_saliency gather " ] ||
  fail "another target of saliency must compute its maps and figure alone, not: $(computed)"
say "another target of saliency computes: $(computed)and publishes $(published) results"

with_storage stored
[ -z "$(computed)" ] || fail "going back must compute nothing, not: $(computed)"
say "going back computes nothing and publishes $(published) results"
compare "$SCRATCH/local/results/small" "$SCRATCH/stored/results/small"

# In a new place, where less is shared: with_less TARGET [options of Snakemake]
with_less() {
  rm -rf "$SCRATCH"/less*
  cp -r "$SCRATCH/sources" "$SCRATCH/less"
  # Where no sources are shared, Snakemake carries those that git tracks.
  git -C "$SCRATCH/less" init --quiet
  git -C "$SCRATCH/less" add .
  with_storage less "$@"
  cmp "$SCRATCH"/{local,less}/results/small/figures/"$1.png" ||
    fail "$1.png differs where shared is: ${SHARED[*]}"
  with_storage less "$@"
  grep -q "Nothing to be done" "$SCRATCH/log" || fail "afterwards there must be nothing to do"
}
SHARED=(persistence software-deployment sources source-cache)
with_less class_distribution
say "one figure, and nothing to do afterwards, where shared is: ${SHARED[*]}"
SHARED=(software-deployment sources source-cache storage-local-copies)
with_less class_distribution
say "one figure, and nothing to do afterwards, where shared is: ${SHARED[*]}"
SHARED=(none)
mkdir "$SCRATCH/machines"
export MACHINES="$SCRATCH/machines"
export PYTHONPATH="$ROOT/tests/workflow/nodes:$ROOT/tests/cluster/nodes"
with_less saliency --executor apart --jobs 2
machines=("$MACHINES"/*)
say "saliency, and nothing to do afterwards, with each job in one of ${#machines[@]} empty folders that share nothing"

say "PASSED: the results of the run with a storage are those of the local run, byte by byte"
