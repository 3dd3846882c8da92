"""python -m cnnscope [options of snakemake]: run the workflow in the current folder."""

from cnnscope.command_line import run_here

run_here()
