# The names below results/<run>/ and in OUTPUT, each of them a stored file.


def published_inputs(publication):
    result = publication.result

    def files(w):
        leave_no_trace()
        if is_forced(publication):
            count_as_missing(result)
        if STORED.is_wrong(result) or not is_current(
            publication, placed, CONTENTS.digest, STORED.record(result)
        ):
            must_run(next(iter(publication.files.values())))
        # The stored files have no place here: Snakemake gives outputs the time of now, one after the
        # other, and finds the first older than an input where inputs are the same files.
        return {"stored_record": ancient(f"{STORE}/{result.record}")}

    return files


def must_run(path):
    """Have Snakemake run the job that gives a file the name `path`, which another one has."""
    if workflow.is_main_process and os.path.lexists(placed(path)):
        workflow.dag.forcefiles.add(placed(path))


def is_forced(publication):
    """Whether the user has asked by --force to make a published file anew."""
    paths = {placed(path) for path in publication.files.values()}
    return workflow.is_main_process and not paths.isdisjoint(workflow.dag.forcefiles)


def published_outputs(publication):
    files = {name: as_published(publication, name) for name in publication.files}
    return files | {"record": local(placed(publication.record))}


def as_published(publication, name):
    path = local(placed(publication.files[name]))
    if publication.result.outputs[name].endswith("/"):
        path = directory(path)
    caption = publication.captions.get(name)
    if caption is None:
        return path
    return report(
        path,
        caption=f"../report/{caption.file}.rst",
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
        script:
            "../scripts/publish.py"
