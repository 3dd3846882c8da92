"""Faults in metrics of robustness, randomisation and complexity, and in random networks."""

from mutation import Mutation, faults_of

RANDOM = "evaluation/test_randomisation.py"
CASCADE = "evaluation/test_cascade.py"
SANITY: list[Mutation] = [
    *faults_of(
        "cnnscope/evaluation/_cascade.py",
        CASCADE,
        ("layers become random from the image on", "list(reversed(_layers", "list((_layers"),
        (
            "each stage begins with the first weights",
            "layers[done:end]",
            "layers[max(0, end - 1):end]",
        ),
        ("the network itself becomes random", "copy.deepcopy(model).eval()", "model.eval()"),
        ("layers of one shape get the same weights", '"cascade", name)', '"cascade")'),
        ("others' random numbers move", "torch.random.fork_rng(devices=[]), torch", "torch"),
        ("the last stage leaves a layer", "stage * count / stages", "stage * (count - 1) / stages"),
        ("weights behind a norm stay", "and not is_new", "and not resets"),
        (
            "what is not called stays",
            "called[around].append(name)",
            "called.get(name, []).append(name)",
        ),
        ("drawn weights have another size", ".mean().sqrt()))", ".sum().sqrt()))"),
        ("the signal dies out", "        model(functional.interp", "        (functional.interp"),
        ("statistics hold on to those before", "norm.momentum = None", "norm.momentum = 0.1"),
        ("norms stay in training", "        norm.eval()", "        norm.training"),
        ("factors of a norm are drawn", "resets and bool(", "False and bool("),
    ),
    *faults_of(
        "cnnscope/evaluation/_similarity.py",
        RANDOM,
        ("baseline pixels are kept", "mean_ranks(values[where])", "mean_ranks(values)"),
        (
            "ties are ranked in reading order",
            "mean_ranks(values[where])",
            "values[where].argsort(kind='stable').argsort()",
        ),
        ("SSIM takes baseline pixels", "everywhere[where].mean()", "everywhere.mean()"),
        (
            "a pixel with one channel of the baseline is left out",
            "!= other).any(2)",
            "!= other).all(2)",
        ),
        ("maps of zeros are scored", " and first[where].any())", ")"),
        ("a window without weights", "gaussian_weights=True, ", ""),
        ("maps keep their scale", " / (np.abs(values).max() or 1.0) for", " * 1.0 for"),
        ("constant maps are like any", "float((ranks == others).all())", "1.0"),
    ),
    *faults_of(
        "cnnscope/evaluation/_cascade.py",
        RANDOM,
        ("signs count", "np.abs(maps), where", "maps, where"),
        ("the trained network is explained", "explain(random, images", "explain(model, images"),
    ),
    *faults_of(
        "cnnscope/evaluation/parameter_randomisation.py",
        RANDOM,
        ("the last stage alone counts", "np.mean(found, 0)", "found[-1]"),
    ),
    *faults_of(
        "cnnscope/evaluation/random_logit.py",
        RANDOM,
        ("the target is drawn", "drawn + (drawn >= target)", "drawn"),
        ("the last class is never drawn", "rng.integers(classes - 1)", "rng.integers(1)"),
        ("all images draw alike", '"random_logit", image)', '"random_logit")'),
        (
            "the target is explained again",
            "explain(model, images, others)",
            "explain(model, images, targets)",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/max_sensitivity.py",
        "evaluation/test_max_sensitivity.py",
        ("the last copy counts", "np.maximum(largest, moved)", "moved"),
        ("the change is not relative", "np.divide(largest, sizes", "np.divide(largest, 1"),
        ("copies are darker alone", "uniform(-radius, radius", "uniform(-radius, 0"),
        (
            "grey levels wrap around",
            "np.clip(np.rint(image + 255 * drawn), 0, 255)",
            "np.rint(image + 255 * drawn)",
        ),
        ("all images are changed alike", '"max_sensitivity", image)', '"max_sensitivity")'),
        (
            "changes add up",
            "_norms(explain(model, copies, targets)",
            "_norms(explain(model, copies[::-1], targets)",
        ),
    ),
    *faults_of(
        "cnnscope/evaluation/complexity.py",
        "evaluation/test_complexity.py",
        (
            "signs count",
            "np.abs(attribution.reshape(len(attribution), -1))",
            "attribution.reshape(len(attribution), -1)",
        ),
        ("bits", "np.log(np.where", "np.log2(np.where"),
        ("all images share a sum", "sizes.sum(1, keepdims=True)", "sizes.sum(keepdims=True)"),
        ("a map of zeros scores 0", "totals > 0, totals, np.nan", "totals > 0, totals, 1"),
    ),
    *faults_of(
        "cnnscope/evaluation/sparseness.py",
        "evaluation/test_complexity.py",
        ("sorted the wrong way", "weights = (count", "weights = 1 - (count"),
        (
            "not sorted",
            "np.sort(np.abs(attribution.reshape(len(attribution), -1))",
            "(np.abs(attribution.reshape(len(attribution), -1))",
        ),
        ("the power is left out", " ** power)", ")"),
        ("half a pixel too much", "- 0.5) / count", "- 0.0) / count"),
    ),
    *faults_of(
        "cnnscope/figures/sanity.py",
        "figures/test_drawn_sanity.py",
        ("every row shows the first method's maps", "axes, maps[row][0]", "axes, maps[0][0]"),
        (
            "numbers of the first method",
            'details[row]["similarity"][0]',
            'details[0]["similarity"][0]',
        ),
        ("numbers move by a stage", '["", *numbers]', '[*numbers, ""]'),
        ("stages of a method that refuses", "max((one", "min((one"),
        ("the class of another method", 'details[row]["targets"]', 'details[0]["targets"]'),
        ("a refused method is drawn", 'if "refused" in facts[row]', "if False"),
        ("all maps share a scale", "map_limits(values, s", "map_limits(maps, s"),
    ),
    *faults_of(
        "cnnscope/planning/answers.py",
        "planning/test_sanity.py",
        ("methods explain their own targets", ' | {"target": settings["sanity"]["target"]}', ""),
        ("other methods of the score redo the figure", '    del stages["methods"]\n', ""),
        (
            "the background does not arrive",
            "background | set_files(plan, names)",
            "set_files(plan, names)",
        ),
    ),
    *faults_of(
        "cnnscope/planning/charts.py",
        "planning/test_sanity.py",
        ("what the network saw is not said", '"split_images", "cascade_details"', '"split_images"'),
    ),
]
