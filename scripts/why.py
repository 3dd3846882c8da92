"""Say for each result that is no longer what it would be today which of its sources changed."""

reasons = {job: found for job, found in snakemake.params.reasons.items() if found}
for job, found in sorted(reasons.items()):
    for part, lines in found.items():
        for line in lines:
            print(f"{job}: {part}: {line}")
print(f"{len(reasons)} of {len(snakemake.params.reasons)} recorded jobs would run again")
