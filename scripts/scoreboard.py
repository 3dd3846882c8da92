"""Hold the scores of all methods against each other and against the controls."""

from cnnscope.evaluation.scoreboard import COLUMNS, board, read_scores
from cnnscope.job import job
from cnnscope.tables import read_table, write_table

with job(snakemake) as (settings, log):
    tables = zip(settings["methods"], snakemake.input.tables, strict=True)
    scores = {method: read_scores(read_table(file)) for method, file in tables}
    cells = board(scores, settings["methods"], settings["metrics"], settings["seed"])
    write_table(snakemake.output.table, COLUMNS, [cell.row() for cell in cells])
    better = sum(cell.beats_controls == "yes" for cell in cells)
    log(f"{better} of {len(cells)} scores are better than those of every control")
