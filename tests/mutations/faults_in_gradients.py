"""Faults in the gradient methods, in relevance, and in what is said of what maps miss."""

from mutation import Mutation, faults_of

_HAND = "attribution/test_gradients_by_hand.py attribution/test_gradient_methods.py"
_LRP = "attribution/test_lrp.py attribution/test_gradient_methods.py"

GRADIENTS: list[Mutation] = [
    *faults_of(
        "cnnscope/attribution/_gradients/gradient.py",
        "attribution/test_saliency.py " + _HAND,
        ("the gradient keeps its sign", "np.abs(gradient).max(1)", "gradient.max(1)"),
        ("colour channels are added", "np.abs(gradient).max(1)", "np.abs(gradient).sum(1)"),
        (
            "the class is that of the first images",
            "targets[rows]",
            "targets[: rows.stop - rows.start]",
        ),
        (
            "the class is the predicted one",
            ".gather(1, targets.long()[:, None])",
            ".amax(1)",
        ),
        ("a network without a gradient is not named", "if not logits.requires_grad:", "if False:"),
    ),
    *faults_of(
        "cnnscope/attribution/input_x_gradient.py",
        _HAND,
        ("the image counts 0 to 255", " / np.float32(255)", ""),
        ("channels are averaged", "values.sum(1)", "values.mean(1)"),
    ),
    *faults_of(
        "cnnscope/attribution/smoothgrad.py",
        _HAND,
        ("noise ignores the image's range", " * float(pixels.max() - pixels.min())", ""),
        ("squares are of the mean", "second += (gradient**2).sum(0)", "second += gradient.sum(0)"),
        ("the variance is the mean square", "second - first**2", "second"),
        ("units are those of the mean", 'if reduce == "mean" else', "if reduce else"),
        (
            "noise is that of the first image",
            'stream(seed, "smoothgrad", image)',
            'stream(seed, "smoothgrad", images[0])',
        ),
    ),
    *faults_of(
        "cnnscope/attribution/integrated_gradients.py",
        _HAND,
        ("the way begins at black", "start + places[part] * change", "places[part] * pixels"),
        (
            "only one baseline counts",
            "for start in starts]\n            values",
            "for start in starts[:1]]\n            values",
        ),
        ("places are those of [-1, 1]", "(1 + nodes) / 2", "nodes"),
        ("a residual is not told", '    residual.warn("integrated', '    str("integrated'),
        ("noise is the same for each seed", "seed=seed, background", "seed=0, background"),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/residual.py",
        _HAND,
        ("what is missed is not relative", "np.divide(error, scale", "np.divide(error, 1"),
        ("NaN is no residual", "~(residual <= LARGEST)", "residual > np.inf"),
    ),
    *faults_of(
        "cnnscope/attribution/expected_gradients.py",
        _HAND,
        (
            "the background's logits are those of one image",
            "each_background.mean(0, dt",
            "each_background[:1].mean(0, dt",
        ),
        (
            "the class is another",
            "classes = np.asarray(targets, np.int64)",
            "classes = np.asarray(targets[::-1], np.int64)",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/guidance.py",
        _HAND,
        ("the gradient is the plain one", "gradient.clamp(min=0)", "gradient"),
        ("functions are not guided", "torch.relu, torch.relu_, ", ""),
        ("ReLU6 is not guided", "most in (None, 6)", "most is None"),
        ("a network without ReLU is answered", "if not guidance.guided:", "if False:"),
        ("other activations are not named", "    if others:\n", "    if False:\n"),
        ("any clamp is a ReLU", "least == 0 and most in (None, 6)", "True"),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/relevance_rules.py",
        _LRP,
        (
            "a skip connection doubles",
            "shares = (first * quotient).sum_to_size",
            "shares = relevance.sum_to_size",
        ),
        (
            "a difference is a sum",
            "second = inputs[0], inputs[1] * self.factor",
            "second = inputs[0], inputs[1]",
        ),
        (
            "biases take nothing",
            "return sum(shares), None if bias is None else quotient * added",
            "return sum(shares), None if bias is None else 0 * added + 0 * quotient",
        ),
        ("biases do not count", "output = output if bias is None else output + added", "pass"),
        ("the first layer looks at its input", 'if self.kind == "flat":', "if False:"),
        ("z+ loses what nothing speaks for", "if none_above.any():", "if False:"),
        (
            "z+ takes what is below 0",
            "(above, below) if sign > 0 else (below, above)",
            "(below, above)",
        ),
        ("inputs below 0 are left out", "if (x < 0).any():", "if False:"),
        (
            "a norm's factor is left out",
            "weight = self.weight * factor.view(",
            "weight = self.weight + 0 * factor.view(",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/relevance_tape.py",
        _LRP,
        ("a norm is never part of a layer", "if not isinstance(before, rules.Layer):", "if True:"),
        (
            "what is written in place is lost",
            "return args[0].copy_(result) if in_place else result",
            "return result",
        ),
        ("a gate takes all", "first = args[gates.index(False)]", "first = args[gates.index(True)]"),
        ("linear layers are convolutions", '"plus" if convolves else "epsilon"', '"plus"'),
        ("functions without a rule pass", "if _rule_of(node) is None and not", "if False and not"),
    ),
    *faults_of(
        "cnnscope/attribution/lrp.py",
        _LRP,
        ("relevance is that of another class", "start[places] = ", "start[places[0], 0] = "),
        ("the share of biases is not told", "if large := ", "if 0 * "),
    ),
    *faults_of(
        "cnnscope/figures/residuals.py",
        "figures/test_drawn_maps.py",
        ("a large residual is not said in words", "if residual <= LARGEST else", "if True else"),
        ("images that are not drawn count", '["residual"][:count]', '["residual"]'),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/residual.py",
        "figures/test_drawn_maps.py",
        ("NaN is a small residual", "(~(residual <= LARGEST))", "(residual > LARGEST)"),
    ),
]
