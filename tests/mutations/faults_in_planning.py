"""Faults in what decides which results are made, used, published and removed."""

from mutation import faults_of

PLANNING = [
    *faults_of(
        "cnnscope/planning/result.py",
        "planning/test_result.py",
        ("the key ignores the parameters", "parameters=self.parameters, inputs", "inputs"),
        (
            "the key ignores the order of inputs",
            "[ref.identity for ref in given]",
            "sorted(ref.identity for ref in given)",
        ),
        ("the key ignores the code", ", code=self.code\n", "\n"),
        ("the key ignores the rule", "rule=self.rule, parameters", "parameters"),
        (
            "the key ignores which file of a result is read",
            "[self.result.key, self.output]",
            "[self.result.key]",
        ),
    ),
    *faults_of(
        "cnnscope/planning/record.py",
        "planning/test_store.py",
        ("digests are not compared", "if digest_of(file) == digest", "if digest_of(file)"),
        ("a file that is gone is not missed", 'return "is gone"', "return None"),
    ),
    *faults_of(
        "cnnscope/planning/store.py",
        "planning/test_store.py",
        (
            "what a record says is not looked at",
            "record is None or not says(record, result.described())",
            "record is None",
        ),
        (
            "the content of the sources is not compared",
            "if now and made(now) != then:",
            "if now and not then:",
        ),
    ),
    *faults_of(
        "cnnscope/planning/publishing.py",
        "planning/test_publishing.py",
        (
            "the record of another result is taken for this one's",
            "record is None or not says(record, stored or result.described())",
            "record is None",
        ),
        (
            "published files are not compared",
            "file_fault(Path(path), made, digest) for",
            "not made for",
        ),
        (
            "the names in a published record are not compared",
            'record.get("published") == published and',
            "",
        ),
    ),
    *faults_of(
        "scripts/publish.py",
        "planning/test_publishing.py",
        (
            "the first file is published under every name",
            "source = folder / stored[name]",
            "source = folder / next(iter(stored.values()))",
        ),
        ("a figure is another name of the stored one", "if not copied:", "if True:"),
        (
            "what a killed run has left is written through",
            "published.unlink(missing_ok=True)",
            "pass",
        ),
    ),
    *faults_of(
        "cnnscope/planning/garbage.py",
        "planning/test_garbage.py",
        ("what the config needs is removed", " + list(kept)", ""),
        ("what a result is made from is removed", "waiting += sources.get(result, [])", "pass"),
        (
            "nothing is removed",
            "if folder.relative_to(store).as_posix() not in reached",
            "if False",
        ),
    ),
    *faults_of(
        "rules/around.smk",
        "workflow/test_dry_runs.py",
        (
            "a plan that is only shown keeps what it has learnt",
            "        forget()\n        return\n",
            "        forget()\n",
        ),
    ),
    *faults_of(
        "cnnscope/memory.py",
        "test_memory.py",
        ("memory goes back to the system", "set_parameter(_MMAP_MAX, 0)", "pass"),
    ),
    *faults_of(
        "cnnscope/job.py",
        "planning/test_job.py",
        ("a job does not wait for another", "fcntl.flock(handle, fcntl.LOCK_EX)", "pass"),
        (
            "what another run has made is made again",
            'if not task.was_whole and _is_made(folder, task.record["key"]):',
            "if False:",
        ),
        (
            "what was damaged since is taken for made",
            ' and record["key"] == key and unchanged(folder, record)',
            "",
        ),
        ("a record names no sources", '"sources": sources}', '"sources": {}}'),
        (
            "a record outlives the files that it is about",
            "(folder / RECORD).unlink(missing_ok=True)",
            "pass",
        ),
    ),
    *faults_of(
        "cnnscope/planning/pictures.py",
        "planning/test_pictures.py",
        (
            "decoding does not follow the interpolation",
            '"fit", "interpolation", "antialias")',
            '"fit", "antialias")',
        ),
        ("the colour of the padding follows nothing", '| {"fill": fill}', "| {}"),
    ),
    *faults_of(
        "cnnscope/planning/network.py",
        "planning/test_pictures.py",
        (
            "a checkpoint is converted anew for another interpolation",
            '("size", "channels", "mean", "std")',
            '("size", "channels", "mean", "std", "interpolation")',
        ),
    ),
]
