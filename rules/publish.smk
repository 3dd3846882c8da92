# The names below results/<run>/ and in OUTPUT, each of them a stored file.


def published_inputs(publication):
    result = publication.result

    def files(w):
        leave_no_trace()
        if is_forced(publication):
            for part in (result, *parts_of(result)):
                count_as_missing(part)
        if STORED.is_wrong(result) or not is_current(
            publication, placed, CONTENTS.digest, STORED.record(result)
        ):
            must_run(next(iter(publication.files.values())))
        found = {"stored_record": ancient(f"{STORE}/{result.record}")}
        if workflow.storage_settings.default_storage_provider is None:
            # The record alone: Snakemake touches the published files when they are there, and so
            # the stored ones, and takes it for a fault that one file is older than another by then.
            return found
        # Where no disk is shared, what is named here is brought to this machine.
        stored = {name: ancient(f"{STORE}/{result.path(name)}") for name in publication.files}
        return found | stored

    return files


def must_run(path):
    """Have Snakemake run the job that gives a file the name `path`, which another one has."""
    if workflow.is_main_process and os.path.lexists(placed(path)):
        workflow.dag.forcefiles.add(placed(path))


def parts_of(result):
    """The results that it is made from and that have no names of their own, such as shards."""
    return [source for source in result.sources() if source not in PUBLICATIONS]


def is_forced(publication):
    """Whether the user has asked by --force to make a published file anew."""
    paths = {placed(path) for path in publication.files.values()}
    return workflow.is_main_process and not paths.isdisjoint(workflow.dag.forcefiles)


def published_outputs(publication):
    """The outputs, which a second run at the same time must not find removed."""
    files = {name: as_published(publication, name) for name in publication.files}
    files["record"] = local(placed(publication.record))
    return {name: update(path) for name, path in files.items()}


def as_published(publication, name):
    path = local(placed(publication.files[name]))
    if publication.result.outputs[name].endswith("/"):
        path = directory(path)
    caption = publication.captions.get(name)
    if caption is None:
        return path
    return report(
        path,
        caption=f"../captions/{caption.file}.rst",
        category=caption.category,
        labels=caption.labels,
        patterns=list(caption.patterns),
    )


for publication in PUBLICATIONS.values():

    rule:
        name:
            f"publish_{publication.result.rule}_{publication.result.label}"
        input:
            unpack(published_inputs(publication)),
        output:
            **published_outputs(publication),
        log:
            f"{STORE}/.logs/publish_{publication.result.rule}_{publication.result.label}.log",
        localrule: True
        conda:
            "../envs/environment.yaml"
        resources:
            mem_mb=200,
            runtime=5,
            gpus=0,
        params:
            settings=dict(publication.result.parameters),
            stored=dict(publication.result.outputs),
            copied=sorted(publication.captions),
            caption=publication.text,
        script:
            "../scripts/publish.py"
