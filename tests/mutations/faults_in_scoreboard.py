"""Faults in the scores that stand beside methods and below maps."""

from mutation import Mutation, faults_of

BOARD = "evaluation/test_scoreboard.py"
PLANNED = "planning/test_scoreboard_plan.py"
SCOREBOARD: list[Mutation] = [
    *faults_of(
        "cnnscope/evaluation/scoreboard.py",
        BOARD,
        ("lower is taken for better", 'sign = 1 if better == "higher" else -1', "sign = -1"),
        (
            "higher is taken for better",
            'sign = 1 if better == "higher" else -1',
            "sign = 1",
        ),
        (
            "a lead in the mean is enough",
            "bootstrap_interval(lead, rng)[0] <= 0",
            "lead.mean() <= 0",
        ),
        ("the blurred copy is no rival", "if np.isfinite(own[1]).any()", "if False"),
        ("controls are ranked", 'if one.control == "no"', "if one.control"),
        (
            "the worst by a metric is ranked first",
            'sign = -1 if known and known[0].better == "higher" else 1',
            "sign = -1",
        ),
        (
            "equal ones have places of their own",
            "mean_ranks(np.array(list(means.values())))",
            "np.argsort(np.argsort(list(means.values()))) + 1.0",
        ),
        (
            "every category has one rank",
            "(one.method, one.category), np.nan",
            '(one.method, "faithfulness"), np.nan',
        ),
        ("nothing to hold it against is a win", "if rivals and not unbeaten", "if not unbeaten"),
        (
            "images without a score count as leads",
            "lead = lead[np.isfinite(lead)]",
            "lead = np.nan_to_num(lead, nan=1.0)",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/ranks.py",
        "evaluation/test_ranks.py",
        ("equal values share the last place", "- (counts - 1) / 2", "- 0"),
        ("ranks begin at 0", "(counts - 1) / 2", "(counts + 1) / 2"),
    ),
    *faults_of(
        "cnnscope/evaluation/intervals.py",
        BOARD,
        ("images without a score are counted", "rng), len(known)", "rng), len(values)"),
    ),
    *faults_of(
        "cnnscope/evaluation/versions.py",
        "evaluation/test_versions.py",
        ("the blurred copy is the map", "append(blurred_maps(attribution))", "append(attribution)"),
        (
            "what is scored comes version by version",
            "np.stack(versions, axis=1)",
            "np.stack(versions)",
        ),
        (
            "maps are of other images",
            "np.repeat(np.arange(len(attribution)), len(versions))",
            "np.tile(np.arange(len(attribution)), len(versions))",
        ),
        ("all is scored where the method runs", "if not alone", "if True"),
        (
            "shards are put together in their own order",
            'found[row["set"], row["path"]] for row in index',
            "*found.values()",
        ),
        ("sets share the scores of a picture", "(name, path): column", '("a", path): column'),
    ),
    *faults_of(
        "cnnscope/attribution/reference_maps.py",
        "evaluation/test_versions.py",
        (
            "noise follows the place",
            'stream(seed, "random", image)',
            'stream(seed, "random", len(images))',
        ),
        ("the blur is half as wide", "_BLUR * len(one)", "_BLUR / 2 * len(one)"),
    ),
    *faults_of(
        "cnnscope/evaluation/trust.py",
        "evaluation/test_trust_sentence.py",
        ("the direction is ignored", 'sign = 1 if about["better"] == "higher" else -1', "sign = 1"),
        (
            "held against the blurred copy",
            "sign * (found[0] - found[2])",
            "sign * (found[0] - found[1])",
        ),
        ("one good metric is enough", "if min(shares) >= _MOST", "if max(shares) >= _MOST"),
        ("every metric has a say", 'if about["category"] != "faithfulness"', "if False"),
        (
            "images without a score count",
            "known = np.isfinite(over_noise)",
            "known = np.ones(len(over_noise), bool)",
        ),
        ("a better copy is not told", "if min(blurred) >= _MOST", "if False"),
    ),
    *faults_of(
        "cnnscope/figures/scoreboard.py",
        "figures/test_drawn_scoreboard.py",
        ("all is black", '_BLACK if cell["beats_controls"] == "yes" else _GREY', "_BLACK"),
        ("grey and black are swapped", '== "yes" else _GREY', '!= "yes" else _GREY'),
        (
            "arrows point the other way",
            '"↓" if about[name]["better"] == "lower"',
            '"↓" if about[name]["better"] == "higher"',
        ),
        (
            "columns show the first metric",
            "cell = cells[method, name]",
            "cell = next(iter(cells.values()))",
        ),
        (
            "ends of the interval are swapped",
            "{short(cell['low'])}, {short(cell['high'])}",
            "{short(cell['high'])}, {short(cell['low'])}",
        ),
        ("controls stand above", "enumerate([*real, *controls])", "enumerate([*controls, *real])"),
    ),
    *faults_of(
        "cnnscope/figures/score_lines.py",
        "figures/test_score_lines.py",
        (
            "every map has the scores of the first",
            "for row in rows[:count]",
            "for row in rows[:1] * count",
        ),
        ("the blurred copy is told", 'row[f"{metric} score"]', 'row[f"{metric} blurred"]'),
        ("what is not known is told", "if score == score", "if True"),
    ),
    *faults_of(
        "cnnscope/planning/scoreboard.py",
        PLANNED,
        ("each method explains its own class", ' | {"target": section["target"]}', ""),
        (
            "controls are left out",
            '(*run.side_by_side("scores"), *controls)',
            'run.side_by_side("scores")',
        ),
    ),
    *faults_of(
        "cnnscope/planning/scores.py",
        PLANNED,
        ("the options of a metric are forgotten", '"options": options', '"options": {}'),
        (
            "figures are scored by every metric",
            "metrics = plan.run.shown_metrics",
            "metrics = list(plan.run.metrics)",
        ),
        ("noise is of the class that its own figure shows", '| {"target": target}', ""),
        (
            "noise is scored by the method run anew",
            'if "method" not in run.metrics[name].needs',
            "",
        ),
        ("another control is taken for noise", '_NOISE = "random"', '_NOISE = "sobel"'),
    ),
    *faults_of(
        "scripts/method_scores.py",
        "workflow/test_scores_of_a_run.py",
        (
            "the noise of a metric is that of another",
            'iter(snakemake.input.get("noise", ()))',
            "iter([*snakemake.input.noise][::-1])",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/_road.py",
        "evaluation/test_road.py",
        ("diagonal neighbours weigh as much", "1 / 6 if 0 in (down, right) else 1 / 12", "1 / 6"),
        ("the border loses weight", "weights[inside] += weight", "weights += weight"),
        (
            "each pixel is solved alone",
            "np.full(len(pairs[0]), -weight)",
            "np.zeros(len(pairs[0]))",
        ),
        (
            "least and most change places",
            "-ranked if least_first else ranked",
            "ranked if least_first else -ranked",
        ),
        ("no noise", "solved + noise[pixels]", "solved"),
        ("the noise covers what is kept", "flat[pixels] = solved + noise[pixels]", "flat += noise"),
        (
            "all shares but the last",
            "np.arange(1, steps + 1) / (steps + 1)",
            "np.arange(steps) / (steps + 1)",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/_removal.py",
        "evaluation/test_road.py",
        (
            "equal pixels go in reading order",
            'stream(seed, "ties", image).permutation(ranked.size)',
            "np.arange(ranked.size)",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/infidelity.py",
        "evaluation/test_infidelity.py",
        (
            "the opposite tells all",
            "max(0.0, (told * changes).sum() / scale)",
            "(told * changes).sum() / scale",
        ),
        ("units matter", "((factor * told - changes) ** 2)", "((told - changes) ** 2)"),
        (
            "what stays is summed up",
            "inside = hidden.reshape",
            "inside = (~hidden).reshape",
        ),
        ("the class is the first", "[:, target]\n", "[:, 0]\n"),
        ("another class is not asked about", "before[1] != target", "False"),
        ("another image is not asked about", "not np.array_equal(before[0], image)", "False"),
        ("every map asks the network", "if before is None or", "if True or"),
    ),
]
