"""Faults that a test must notice: each is one changed place in the code."""

from importlib import import_module
from pathlib import Path

from mutation import Mutation

# Each `faults_in_<topic>.py` beside this file holds one list.
MUTATIONS: list[Mutation] = [
    fault
    for file in sorted(Path(__file__).parent.glob("faults_in_*.py"))
    for faults in vars(import_module(file.stem)).values()
    if isinstance(faults, list)
    for fault in faults
]
