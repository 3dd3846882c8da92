"""Faults in what stands side by side."""

from mutation import Mutation, faults_of

DRAWN = "figures/test_drawn_comparison.py"
PLANNED = "planning/test_comparisons.py"
COMPARISONS: list[Mutation] = [
    *faults_of(
        "cnnscope/figures/compare.py",
        DRAWN,
        (
            "every row shows the first image's map",
            "zip(column, maps, explained",
            "zip(column, maps[[0] * len(maps)], explained",
        ),
        (
            "every column shows the first method's map",
            "below, maps[column], explained",
            "below, maps[0], explained",
        ),
        ("the class of another image is named", '["targets"]]', '["targets"][::-1]]'),
        (
            "colours are swapped",
            "signed_colours if signed[column] else unsigned_colours",
            "unsigned_colours if signed[column] else signed_colours",
        ),
        ("a refused method is drawn", 'if "refused" in about', "if False"),
        ("units of another column", 'about["units"]', 'facts[0]["units"]'),
        (
            "headings repeat in each block",
            "headings[column], about",
            "headings[place - 1], about",
        ),
    ),
    *faults_of(
        "cnnscope/figures/style.py",
        f"{DRAWN} figures/test_drawn_maps.py",
        ("signed maps start at 0", "-bound if signed else 0.0, bound", "0.0, bound"),
        ("all maps share a scale", "bound = upper_bound(values, MAP_PERCENTILE)", "bound = 1.0"),
        ("differences are drawn from 0", "    if relative:\n", "    if False:\n"),
    ),
    *faults_of(
        "cnnscope/attribution/explanation.py",
        "attribution/test_refusals.py",
        ("a refusal ends the comparison", "except RefusalError as", "except ZeroDivisionError as"),
    ),
    *faults_of(
        "cnnscope/figures/shown.py",
        "attribution/test_refusals.py",
        ("a refused method is drawn", 'if "refused" in facts', "if False"),
    ),
    *faults_of(
        "cnnscope/planning/comparisons.py",
        PLANNED,
        ("every method explains its own target", ' | {"target": section["target"]}', ""),
        ("the values are not used", "settings | {option: value})", "settings)"),
        ("the seed is that of the run", "method, settings, value)", "method, settings)"),
    ),
    *faults_of(
        "cnnscope/planning/answers.py",
        PLANNED,
        ("a seed reaches no shard", 'told |= {} if seed is None else {"seed": seed}', "pass"),
    ),
    *faults_of(
        "cnnscope/planning/questions.py",
        PLANNED,
        ("numbers of the command line stay text", "typed(value, known[option]) for", "value for"),
        ("values are not checked", "complete({option: value}, {", "dict({option: value}, **{"),
    ),
    *faults_of(
        "cnnscope/planning/plan.py",
        PLANNED,
        ("equal results are two", "self._made.setdefault(result.folder, result)", "result"),
    ),
]
