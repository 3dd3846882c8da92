# The plan of this run, and the words in which the rules speak of it.
import os
import re
import shlex
import sys
from pathlib import Path

# A plan that is only shown leaves no trace, compiled modules included.
sys.dont_write_bytecode |= any(re.fullmatch("--dry-?run|-[a-zA-Z]*n[a-zA-Z]*", a) for a in sys.argv)

from cnnscope import provenance
from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning.charts import rule_of
from cnnscope.planning.plan import Plan, pins
from cnnscope.planning.publication import everything, publications, published, questions
from cnnscope.planning.publishing import is_current
from cnnscope.planning.record import RECORD
from cnnscope.planning.refused import refused
from cnnscope.planning.result import Ref, closure
from cnnscope.planning.run import read_run
from cnnscope.planning.store import Store
from cnnscope.planning.task import Task

# Not workflow.basedir: that is the folder of the Snakefile which takes this one as a module.
HERE = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parent
STORE = "results/.store"
# While the rules are read this is the modifier of the module that they may be read for.
_modifier = workflow.modifier.path_modifier


def placed(path):
    """Where a path of the rules lies on this machine: the prefix of a module comes before it."""
    return str(_modifier.replace_prefix(str(path)))


CONTENTS = ContentIndex(Path(placed("results/.index/contents.json")).absolute())

try:
    RUN = read_run(config, workflow.configfiles, HERE, CONTENTS)
    PLAN = Plan(RUN, HERE, CONTENTS)
    PUBLICATIONS = publications(PLAN)
    QUESTIONS = questions(PLAN)
except UserError as error:
    sys.exit(f"cnnscope: {error}")

if workflow.is_main_process:
    for line in RUN.left_out:
        print(f"cnnscope: {line}", file=sys.stderr)

STORED = Store(Path(placed(STORE)).absolute(), CONTENTS.digest)
SETTINGS = RUN.settings
RESULTS = {(one.rule, one.name): one for one in closure(list(PUBLICATIONS))}
# With all that was filled in: the report's front page reads it.
config.update(SETTINGS)
# What a job on a GPU asks for: as `gpus`, and as `gpu`, the name that executors such as Slurm's read.
GPUS = 1 if SETTINGS["device"] == "cuda" else 0

# Jobs keep the memory of tensors, in large pages: left alone, glibc gives it back after each use and
# takes it again page by page, which is a quarter of a training step.
os.environ.setdefault(
    "GLIBC_TUNABLES",
    "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=2147483648:"
    "glibc.malloc.trim_threshold=4294967296",
)

# Whoever installs the library chooses the versions, within its ranges.
if (HERE / "envs" / "setup.sh").is_file() and (unmet := provenance.unmet_pins(pins(HERE))):
    print(f"cnnscope: not as pinned: {'; '.join(unmet)}. Run bash envs/setup.sh", file=sys.stderr)


wildcard_constraints:
    result="[^/]+",


def params_of(rule):
    """The params of a rule, which are its settings and what its job is told beside them."""
    return {
        "settings": lambda w: dict(result_of(rule, w).parameters),
        "task": lambda w: task_of(result_of(rule, w)),
    }


def result_of(rule, w):
    result = RESULTS.get((rule, w.result))
    if result is None:
        sys.exit(f"cnnscope: {STORE}/{rule}/{w.result}: this config makes no such result")
    return result


def task_of(result):
    publication = PUBLICATIONS.get(result)
    return Task(
        record=result.described(),
        outputs=result.outputs,
        context=result.context,
        folder=placed(RUN.folder),
        log=placed(publication.log if publication else log_of_part(result)),
        was_whole=STORED.fault(result) is None,
    )


def log_of_part(result):
    """Where people find the log of a result without a published name, such as a shard."""
    return f"{RUN.folder}/logs/{result.rule}_{result.label}.log"


def inputs(rule):
    """The input function of a rule. The age of inputs never counts, for their paths hold keys."""

    def files(w):
        leave_no_trace()
        result = result_of(rule, w)
        if STORED.is_wrong(result):
            count_as_missing(result)
            WRONG.append(result)
        sources = needed_sources(result)
        given = {name: as_input(given, sources) for name, given in result.inputs.items()}
        records = [ancient(f"{STORE}/{source.record}") for source in sources]
        given = {name: paths for name, paths in given.items() if paths}
        return given | ({"records": records} if records else {})

    return files


def needed_sources(result):
    """The sources that a job reads.

    What was made well needs none that is gone, and does not follow one that is made anew with the
    bytes that it had.
    """
    stays = STORED.fault(result) is None and not is_forced_job(result)
    return [one for one in result.sources() if not stays or STORED.fault(one) is None]


def is_forced_job(result):
    """Whether the user has asked for the job of a result, which is made anew though it is whole."""
    if not workflow.is_main_process:
        return False
    dag, publication = workflow.dag, PUBLICATIONS.get(result)
    return (
        result.rule in {rule.name for rule in dag.forcerules}
        or placed(f"{STORE}/{result.record}") in dag.forcefiles
        or (publication is not None and is_forced(publication))
    )


def as_input(given, sources):
    if isinstance(given, Ref):
        return given.result in sources and ancient(f"{STORE}/{given.path}")
    if isinstance(given, list):
        return [as_input(ref, sources) for ref in given if ref.result in sources]
    return given.path and ancient(local(given.path))


def outputs(rule):
    """The outputs of a rule, which a second run at the same time must not find removed."""
    files = PLAN.outputs(rule) | {"record": RECORD}
    return {
        name: update(directory(path.rstrip(os.sep)) if path.endswith(os.sep) else path)
        for name, path in (
            (name, f"{STORE}/{rule}/{{result}}/{file}") for name, file in files.items()
        )
    }


def log_of(rule):
    return f"{STORE}/{rule}/{{result}}/log.txt"


# Results that lie in the store and are not what their records say.
WRONG = []


def count_as_missing(result):
    """Have Snakemake make a result anew though there are files in its place.

    A missing file is the only reason to make a result. To force its job would do more: Snakemake
    asks of no job below a forced one whether it has to run for a reason of its own.
    """
    folder, known = placed(f"{STORE}/{result.folder}"), workflow.iocache.exists_local
    if workflow.is_main_process and os.path.isdir(folder):
        # What Snakemake would find in the folder itself, later, if it did not know it yet.
        known.update({f"{folder}/{name}": name != RECORD for name in os.listdir(folder)})
        known.has_inventory.add(folder)


def leave_no_trace():
    """Keep Snakemake from storing what it has seen of files where a plan is only shown."""
    if workflow.is_main_process and workflow.dryrun:
        workflow.persistence.save_iocache = lambda: None


def nothing(w):
    """The inputs of what reads the store itself."""
    leave_no_trace()
    return []
