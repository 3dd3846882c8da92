#!/usr/bin/env bash
# Run the demo on a real Slurm of one node, break it off half way, go on, and compare every result
# with that of a local run: bash tests/cluster/slurm.sh       (as root on Debian; 10 to 25 minutes)
#
# Slurm and munge are installed where they are missing; their daemons work in a scratch folder and
# are stopped at the end, on failure too.
set -euo pipefail

unset CDPATH
# shellcheck source=tests/cluster/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# They choose between the ways in which a library computes on a processor, as another processor would,
# and a job on Slurm would not have them: unlike all other variables they change last bits.
unset "${!OPENBLAS_@}" "${!MKL_@}" "${!ONEDNN_@}" "${!DNNL_@}"
STEPS=${CNNSCOPE_STEPS:-100}
SHORT=(--config "training={steps: $STEPS}")
CONF="$SCRATCH/slurm/slurm.conf"
# The one place where Slurm looks in a job, too: the plugin takes SLURM_CONF from its steps.
FOUND=/etc/slurm/slurm.conf
RUNNING=

stop() { # The daemon whose process is in this file.
  local id
  id=$(cat "$1" 2> /dev/null) || return 0
  kill "$id" 2> /dev/null || return 0
  for _ in {1..50}; do
    kill -0 "$id" 2> /dev/null || return 0
    sleep 0.2
  done
  kill -9 "$id"
}

at_the_end() {
  local status=$?
  set +e
  cd /
  [ -n "$RUNNING" ] && kill "$RUNNING" 2> /dev/null && wait "$RUNNING"
  # Only where Slurm is ours: elsewhere these are jobs that people wait for.
  if [ "$(readlink "$FOUND")" = "$CONF" ] && [ -n "$(squeue --noheader 2> /dev/null)" ]; then
    scancel --user "$(id -un)"
    for _ in {1..100}; do
      [ -z "$(squeue --noheader 2> /dev/null)" ] && break
      sleep 0.5
    done
  fi
  stop "$SCRATCH/slurm/slurmd.pid"
  stop "$SCRATCH/slurm/slurmctld.pid"
  stop "$SCRATCH/munge/munged.pid"
  [ "$(readlink "$FOUND")" = "$CONF" ] && rm "$FOUND"
  rm -rf "$SCRATCH"
  say "stopped the daemons, removed the scratch folder"
  exit "$status"
}
trap at_the_end EXIT
trap 'exit 130' INT TERM

start_slurm() {
  local user node ports memory
  user=$(id -un)
  node=$(hostname -s)
  memory=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  ports=$("$PYTHON" -c '
import socket
free = [socket.socket() for _ in range(2)]
for one in free: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in free])')
  mkdir -m 700 "$SCRATCH/munge" "$SCRATCH/slurm"
  # The daemons of other users see the socket, but not the key.
  chmod 755 "$SCRATCH" "$SCRATCH/munge"
  (umask 077 && head -c 128 /dev/urandom > "$SCRATCH/munge/key")
  munged --key-file="$SCRATCH/munge/key" --socket="$SCRATCH/munge/socket" \
    --pid-file="$SCRATCH/munge/munged.pid" --log-file="$SCRATCH/munge/log" \
    --seed-file="$SCRATCH/munge/seed"
  cat > "$CONF" << CONF
ClusterName=scratch
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=${ports% *}
SlurmdPort=${ports#* }
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$SCRATCH/munge/socket
StateSaveLocation=$SCRATCH/slurm/state
SlurmdSpoolDir=$SCRATCH/slurm/spool
SlurmctldPidFile=$SCRATCH/slurm/slurmctld.pid
SlurmdPidFile=$SCRATCH/slurm/slurmd.pid
SlurmctldLogFile=$SCRATCH/slurm/slurmctld.log
SlurmdLogFile=$SCRATCH/slurm/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
NodeName=$node NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$memory
PartitionName=main Nodes=$node Default=YES
CONF
  mkdir "$SCRATCH/slurm/state" "$SCRATCH/slurm/spool"
  ln -s "$CONF" "$FOUND"
  slurmctld
  slurmd
  for _ in {1..60}; do
    [ "$(sinfo --noheader --format %T 2> /dev/null)" = idle ] && return
    sleep 0.5
  done
  tail "$SCRATCH"/slurm/*.log
  fail "Slurm does not start"
}

# In front of Slurm's sbatch: it notes each call and, where the file `bare` is there, takes from
# the job every variable of the process that submits it: what is left is that of a fresh login.
watch_sbatch() {
  mkdir "$SCRATCH/bin"
  cat > "$SCRATCH/bin/sbatch" << SBATCH
#!/usr/bin/env bash
echo "\$*" >> "$SCRATCH/calls"
[ -e "$SCRATCH/bare" ] && set -- "\${@/--export=ALL/--export=NONE}"
exec "$(command -v sbatch)" "\$@"
SBATCH
  chmod +x "$SCRATCH/bin/sbatch"
  PATH="$SCRATCH/bin:$PATH"
}

# What follows the profile is the haste of a test, and that this Slurm keeps no accounts.
ON_SLURM=(
  "$SCRATCH/environment/bin/python" -m snakemake
  --workflow-profile profiles/slurm --slurm-status-command squeue
  --slurm-init-seconds-before-status-checks 2 --seconds-between-status-checks 2
)

# The last lines of a run and of its jobs: shown LOG
shown() {
  tail -n 40 "$1"
  find "$SCRATCH/slurm_run/.snakemake/slurm_logs" -type f -exec tail -n 20 {} +
}

# The rules of the jobs that are done, as a log of Snakemake says; publishing is done here.
jobs_done() {
  sed -n 's/^Finished jobid: .* (Rule: \(.*\))$/\1/p' "$1" | grep -v -e '^publish_' -e '^all$' || true
}

[ ! -e "$FOUND" ] || fail "$FOUND: this machine has a Slurm of its own"
needs slurmctld slurm-wlm munge
needs munged munge
environment snakemake-executor-plugin-slurm

say "the demo with $STEPS training steps, here"
fresh_copy "$SCRATCH/local_run"
(cd "$SCRATCH/local_run" && "$PYTHON" -m snakemake "${SHORT[@]}") > "$SCRATCH/local.log" 2>&1 ||
  { tail -n 40 "$SCRATCH/local.log"; fail "the local run"; }

say "a Slurm of one node, $(slurmctld -V)"
start_slurm
watch_sbatch
fresh_copy "$SCRATCH/slurm_run"
cd "$SCRATCH/slurm_run"

say "the same on Slurm, until the training is half way"
"${ON_SLURM[@]}" "${SHORT[@]}" > "$SCRATCH/first.log" 2>&1 &
RUNNING=$!
training=
while [ ! -e "$SCRATCH/slurm_run/results/demo/model/unfinished/state.pt" ]; do
  kill -0 "$RUNNING" 2> /dev/null || { shown "$SCRATCH/first.log"; fail "the first run"; }
  sleep 0.1
done
training=$(squeue --noheader --format '%i %k' | awk '/rule_train/ {print $1}')
scancel "$training" || fail "the training was over before it could be cancelled"
say "cancelled Slurm's job $training, the training"
status=0
wait "$RUNNING" || status=$?
RUNNING=
[ "$status" -ne 0 ] || fail "a run whose job was cancelled must not end with 0"
jobs_done "$SCRATCH/first.log" | sort > "$SCRATCH/first.jobs"
say "that run ended with $status, after $(wc -l < "$SCRATCH/first.jobs") jobs"

# A variable that a job would show if it came through.
export CNNSCOPE_COMES_THROUGH=yes
comes_through() {
  : > "$SCRATCH/shown"
  "$SCRATCH/bin/sbatch" --parsable --wait --export=ALL --output "$SCRATCH/shown" --wrap env \
    > /dev/null
  grep --count CNNSCOPE_COMES_THROUGH "$SCRATCH/shown" || true
}
[ "$(comes_through)" -eq 1 ] || fail "a job must see the variables of who submits it"
touch "$SCRATCH/bare"
[ "$(comes_through)" -eq 0 ] || fail "a job must not see the variables of who submits it"
say "goes on, with jobs that get no variable of this environment, but those of a fresh login"
"${ON_SLURM[@]}" "${SHORT[@]}" > "$SCRATCH/second.log" 2>&1 ||
  { shown "$SCRATCH/second.log"; fail "the second run"; }
jobs_done "$SCRATCH/second.log" | sort > "$SCRATCH/second.jobs"
say "that run ended well, after $(wc -l < "$SCRATCH/second.jobs") jobs"
grep "goes on after step" "$SCRATCH/slurm_run/results/demo/logs/train.log" ||
  fail "the training began anew"
jobs_done "$SCRATCH/local.log" | sort > "$SCRATCH/local.jobs"
sort "$SCRATCH/first.jobs" "$SCRATCH/second.jobs" | diff "$SCRATCH/local.jobs" - ||
  fail "the two runs together must do each job of the local run once"
say "together they did each of the $(wc -l < "$SCRATCH/local.jobs") jobs of the local run once"
"${ON_SLURM[@]}" "${SHORT[@]}" > "$SCRATCH/third.log" 2>&1 ||
  { shown "$SCRATCH/third.log"; fail "a third run"; }
grep -q "Nothing to be done" "$SCRATCH/third.log" || fail "a third run must have nothing to do"

say "what the jobs asked for"
if grep -- "snakemake" "$SCRATCH/calls" | grep -v -e "-t [0-9]* --mem [0-9]* "; then
  fail "each job must ask for time and memory"
fi
if grep -e "--gpus" -e "--gres" "$SCRATCH/calls"; then
  fail "no job may ask for a GPU that it has no use for"
fi
: > "$SCRATCH/calls"
# The node has no GPU, so Slurm refuses the job; what counts is what it was asked for.
"${ON_SLURM[@]}" results/demo/model/history.csv \
  --config "training={steps: $((STEPS + 1))}" device=cuda \
  > "$SCRATCH/cuda.log" 2>&1 && fail "Slurm has no GPU to give"
grep -q -e "--gpus=1" "$SCRATCH/calls" || fail "with device=cuda the training must ask for a GPU"
say "each asked for time and memory, none for a GPU; with device=cuda the training asks for one"

say "comparing the published results with those of the local run"
compare "$SCRATCH/local_run/results/demo" "$SCRATCH/slurm_run/results/demo"
say "PASSED: the results of the run on Slurm are those of the local run, byte by byte"
