# What can be asked for by name: snakemake --cores 2 lime


def published_files(results):
    """The published files of `results` and of all that they are made from."""
    return [
        local(placed(path))
        for publication in published(PLAN, results)
        for path in publication.files.values()
    ]


EVERYTHING = published_files(everything(PLAN))

for name, results in QUESTIONS.items():

    rule:
        name:
            name
        input:
            published_files(results),


# Whoever asks for what this run cannot answer is told why.
for name, line in refused(PLAN).items():

    rule:
        name:
            name
        input:
            lambda w, line=line: sys.exit(f"cnnscope: {line}"),
