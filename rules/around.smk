# What is done before the first job and after the last.
import atexit
import shutil
from contextlib import suppress

from cnnscope import fork_server
from cnnscope.data.fingerprint import file_digest
from cnnscope.job import alone_in

# So many jobs are done before the libraries for the others are imported.
FEW = 4
# Snakemake makes this folder when the rules have been read, for a plan that is only shown too.
MEMORY, AROUND = Path(".snakemake").absolute(), os.stat(".")
REMEMBERS = MEMORY.exists()
# Known here, because Snakemake has left the working directory when it is said.
FIGURES_FOLDER = Path(placed(RUN.figures)).absolute()
REPORT = Path(placed(f"{RUN.folder}/report.html")).absolute()


def begin():
    """Remove what must not be used, see that results can be written, and keep what is known.

    A job that reads an archive then need not go through it again to know what it holds. In the end
    prepare the processes of the jobs.
    """
    CONTENTS.save()
    folders = [Path(placed(RUN.folder)), *sorted(Path(placed(RUN.folder)).glob("*/"))]
    for folder in [*folders, Path(placed(STORE)), FIGURES_FOLDER]:
        if folder.is_dir() and not os.access(folder, os.W_OK):
            sys.exit(f"cnnscope: {folder} cannot be written to; unlock it, or give another folder")
    for result in WRONG:
        with alone_in(STORED.root / result.folder):
            # Another run may have made it anew since the plan was made.
            Store(STORED.root, file_digest).remove_wrong(result)
    prepare_processes()


def prepare_processes():
    """Let the scripts of this run begin with their libraries imported, where they run here."""
    jobs = sum(1 for _ in workflow.dag.needrun_jobs())
    if workflow.local_exec and jobs >= FEW and not workflow.deployment_settings.deployment_method:
        sys.executable = str(fork_server.begin() or sys.executable)


def say_warnings():
    """Repeat what the jobs of this and of earlier runs have warned of."""
    logs = sorted(Path(placed(RUN.folder), "logs").glob("*.log"))
    lines = (line for file in logs for line in file.read_text(errors="replace").splitlines())
    for line in dict.fromkeys(line for line in lines if line.startswith("warning: ")):
        print(f"cnnscope: {line}", file=sys.stderr)


def say_where():
    """Close a run that asked for results with the folder of its figures, and with the report.

    A report that was not asked for may show earlier results.
    """
    asked = {Path(str(file)).name for job in workflow.dag.jobs for file in job.output}
    if asked and FIGURES_FOLDER.is_dir():
        say_warnings()
        reported = REPORT.name in asked and REPORT.is_file()
        page = f"; one page of all of it is {REPORT}" if reported else ""
        with suppress(OSError):
            sys.stdout.flush()
            # A folder's name may hold bytes that are no text.
            line = f"cnnscope: the figures are in {FIGURES_FOLDER}{page}\n"
            os.write(sys.stdout.fileno(), os.fsencode(line))


def end():
    """Keep what was learnt of files, and say where the figures are if nothing was to be done.

    Snakemake tells no hook of such a run. A plan that is only shown leaves no trace.
    """
    if workflow.dryrun:
        forget()
        return
    CONTENTS.save()
    if workflow.executor_plugin and not len(workflow.dag):
        say_where()


def forget():
    """Remove the empty folders that Snakemake has made for itself."""
    if not REMEMBERS and not any(file.is_file() for file in MEMORY.rglob("*")):
        shutil.rmtree(MEMORY, ignore_errors=True)
        os.utime(MEMORY.parent, ns=(AROUND.st_atime_ns, AROUND.st_mtime_ns))


# What `snakemake --list-changes params` prints: without this it names every file that there is.
with suppress(ImportError):
    from snakemake.persistence import ParamsChange

    ParamsChange.__iter__ = lambda change: iter(change.files if change else ())

# What no run has made has no backup: that is no news where its job fails.
logger.addFilter(lambda record: "no backup found" not in record.getMessage())

if workflow.is_main_process:
    atexit.register(end)
    # While the rules are read, what a profile says of triggers is not known, but what of logs is.
    if not workflow.output_settings.show_failed_logs:
        print(
            "cnnscope: its profile is not in use: jobs may run again though nothing has changed. "
            f"Add --workflow-profile {shlex.quote(str(HERE / 'profiles' / 'default'))}",
            file=sys.stderr,
        )


def failures(logs):
    """The lines in which the failed jobs of a run say what is wrong; `logs` are Snakemake's."""
    text = "\n".join(Path(file).read_text(errors="replace") for file in logs)
    said = re.findall(r"^\s*(cnnscope: .+)$", text, re.MULTILINE)
    return "\n".join(dict.fromkeys(said)) or "cnnscope: a job failed; its log is shown above"
