# What each job is made from, and whether its results still are what it would make.
#
# Snakemake sees an input that is newer than every file where a job has to run again, named after
# what changed (results/.changed/parameters), and otherwise only inputs whose age does not count. So
# the records beside the results decide, and neither clocks nor .snakemake/ do.

LEDGER = Ledger(placed(f"{RESULTS}/provenance.json"))
MARKERS = "results/.changed"
# Newer than any result, and a time that every file system can hold.
NEVER_OLDER = 2**31 - 2**20
JOBS = {}
# Saved when the plan is made and Snakemake has left the working directory again.
CONTENT = ContentIndex(CONTENT_INDEX.absolute())
atexit.register(CONTENT.save)


def tracked(name, settings, inputs=lambda w: {}, modules=lambda w: []):
    """The params of a rule (its settings, and the record that it will leave).

    Args:
        settings: wildcards -> everything the script may depend on, as plain values.
        inputs: wildcards -> what it reads, by name: `made_by(...)` or a digest of content.
        modules: wildcards -> files that the script imports by name at run time.
    """

    @cache
    def record(*wildcards):
        w = SimpleNamespace(**dict(wildcards))
        scripts = [HERE / "scripts" / f"{name}.py", *(LIBRARY.folder / m for m in modules(w))]
        code = provenance.code(scripts, (LIBRARY, provenance.Root(HERE / "scripts")), PINS)
        made_from = {
            "parameters": settings(w),
            "inputs": inputs(w),
            "code": code["files"],
            "libraries": code["libraries"],
        }
        identity = provenance.digest(**made_from)
        return {"rule": name, "wildcards": dict(wildcards), "identity": identity, **made_from}

    JOBS[name] = record
    return {
        "settings": lambda w: settings(w),
        "record": lambda w: record(*sorted(w.items())),
        "job": lambda w: job_name(name, sorted(w.items())),
        "ledger": str(LEDGER.file),
    }


def content_of(file):
    return CONTENT.digest(Path(file))


def job_name(name, wildcards):
    # The same figures in two folders are two results.
    place = [f"in {FIGURES}"] if name.startswith("figure_") and SETTINGS["output"] else []
    return " ".join([name, *(f"{key}={value}" for key, value in wildcards), *place])


def made_by(name, **wildcards):
    wildcards = sorted(wildcards.items())
    return {"from": job_name(name, wildcards), "identity": JOBS[name](*wildcards)["identity"]}


@cache
def changes(name, *wildcards):
    """Why the job has to run again: lines by what changed; empty when nothing has."""
    record = JOBS[name](*wildcards)
    found = LEDGER.changes(job_name(name, wildcards), record, CONTENT.digest)
    given = [source for source in record["inputs"].values() if isinstance(source, dict)]
    stale = [
        source["from"] for source in given if "from" in source and stale_source(source["from"])
    ]
    return found or ({"inputs": [f"follows {', '.join(stale)}"]} if stale else {})


def stale_source(job):
    record = LEDGER.records.get(job)
    if record is None or record["rule"] not in JOBS:
        return True
    return bool(changes(record["rule"], *sorted(record["wildcards"].items())))


def sources(name, files):
    """The input function of a rule.

    Args:
        files: the inputs by name, or wildcards -> the same. Only where the job has to run again
            does their age count, and a marker that is newer than all results joins them.
    """

    def inputs(w):
        given = files(w) if callable(files) else files
        given = {key: _filled(value, w) for key, value in given.items()}
        changed = changes(name, *sorted(w.items()))
        if not changed:
            return {key: ancient(value) for key, value in given.items()}
        # Where there is no run yet, everything is new and nothing has changed.
        markers = [_marker(part) for part in changed] if placed(RESULTS).exists() else []
        return given | ({"changed": markers} if markers else {})

    return inputs


def _filled(value, w):
    """Paths with the wildcards of the job in them."""
    if isinstance(value, str):
        path = value.format(**dict(w.items())) if "{" in value else value
        _make_older(placed(path))
        return path
    return [_filled(one, w) for one in value]


def _marker(part):
    """A link of no age to a folder that is newer than any result.

    Inputs are as new as what they lead to; outputs are compared with the link itself. It leads to a
    folder, because Snakemake keeps checksums of the files that a job has read: a file with the same
    bytes each time would start the job once and then count as unchanged.
    """
    marker, newer = placed(f"{MARKERS}/{part}"), placed(f"{MARKERS}/.newest")
    newer.mkdir(parents=True, exist_ok=True)
    os.utime(newer, (NEVER_OLDER, NEVER_OLDER))
    if not marker.is_symlink() or os.readlink(marker) != newer.name:
        marker.unlink(missing_ok=True)
        marker.symlink_to(newer.name)
    os.utime(marker, (0, 0), follow_symlinks=False)
    return f"{MARKERS}/{part}"


def _make_older(path):
    """No newer than now: what was made before a clock was set back holds all the same."""
    # Snakemake reads the age of a folder that it made from a file in it.
    for file in (path, path / ".snakemake_timestamp"):
        with suppress(OSError):
            if file.stat().st_mtime > time.time():
                os.utime(file)


def record_today(record):
    """The record that a recorded job would leave today; None where this config has no such job."""
    try:
        return JOBS[record["rule"]](*sorted(record["wildcards"].items()))
    except (KeyError, UserError):
        return None


def expected_records():
    return {job: record_today(record) for job, record in LEDGER.records.items()}


def reasons_to_run():
    """Why each recorded job of this config would run again: lines by what changed, by job."""
    return {
        job: changes(record["rule"], *sorted(record["wildcards"].items()))
        for job, record in LEDGER.records.items()
        # Not for figures in another folder: this config draws none there.
        if record_today(record)
        and job == job_name(record["rule"], sorted(record["wildcards"].items()))
    }
