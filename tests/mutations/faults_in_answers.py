"""Faults in what is asked of a trained network: its scores, its explanations, its filters."""

from mutation import faults_of

ANSWERS = [
    *faults_of(
        "cnnscope/attribution/saliency.py",
        "attribution/test_saliency.py networks/test_modes.py",
        (
            "the model is taken in the mode that it comes in",
            "with borrowed(model), pools_first(model):",
            "with pools_first(model):",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/lime.py",
        "attribution/test_lime.py attribution/test_lime_promises.py",
        ("the whole image is not among the masks", "        masks[0] = True\n", ""),
        (
            "logits are explained, not probabilities",
            "probabilities(logits).mean(0)",
            "logits.mean(0)",
        ),
        (
            "bfloat16 is used where it is emulated",
            "precision = possible_precision(precision, device_of(model), log)",
            "possible_precision(precision, device_of(model), log)",
        ),
        (
            "a map is that of the predicted class",
            "one.of(target)[one.segments]",
            "one.weights[1][one.segments]",
        ),
        (
            "true and predicted class change places",
            "np.array([label, predicted, third]",
            "np.array([predicted, label, third]",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_lime/ridge.py",
        "attribution/test_lime.py attribution/test_lime_promises.py",
        (
            "weights have the wrong sign",
            "return weights.T, mean - mean_on",
            "return -weights.T, mean - mean_on",
        ),
        (
            "every mask weighs the same",
            "np.sqrt(np.exp(-((distance / kernel_width) ** 2)))",
            "np.ones_like(distance)",
        ),
        ("R2 is that of the mean", "1 - left / np.maximum", "left / np.maximum"),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/masked_forward.py",
        "networks/test_modes.py attribution/test_masked_forward.py",
        (
            "masked images run in training mode",
            "copy.deepcopy(model).eval()",
            "copy.deepcopy(model)",
        ),
        ("what is hidden is shown", "part in (hidden, image)", "part in (image, hidden)"),
    ),
    *faults_of(
        "cnnscope/attribution/shap.py",
        "attribution/test_shap.py networks/test_modes.py",
        (
            "the model is taken in the mode that it comes in",
            "    with borrowed(model):\n        used",
            "    if True:\n        used",
        ),
        (
            "the map is that of the first class",
            "(chosen == targets[:, None]).argmax(1)",
            "0 * targets",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_gradients/residual.py",
        "attribution/test_shap.py attribution/test_expected_gradients.py",
        (
            "the residual has no scale",
            "np.divide(error, scale,",
            "np.multiply(error, scale,",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_shap/product_rule.py",
        "attribution/test_shap_products.py",
        (
            "a product is shared as its derivative on the image says",
            "(on_image + on_background) / 2",
            "on_image",
        ),
        (
            "each factor has its own multiplier",
            "[self._half_sum(1, y), self._half_sum(0, x)]",
            "[self._half_sum(0, x), self._half_sum(1, y)]",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_shap/expected_gradients.py",
        "attribution/test_expected_gradients.py",
        ("few gradients are enough for each image", "_DOUBLINGS = 2", "_DOUBLINGS = 0"),
        (
            "gradients near the background are taken alone",
            "first + 1 - within], 1) / parts",
            "first + 1 - within], 1) / parts / 2",
        ),
        (
            "all images have the places of the first",
            "places_on_the_way(rngs[i]",
            "places_on_the_way(rngs[0]",
        ),
        (
            "a gradient stands for the whole image",
            "parts = gradient * change",
            "parts = gradient * image",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_shap/classes.py",
        "attribution/test_shap_classes.py",
        ("the unlikeliest classes are explained", "np.argsort(-logits,", "np.argsort(logits,"),
        ("the true class is forgotten", "targets if labels is None else labels]", "targets]"),
    ),
    *faults_of(
        "cnnscope/attribution/_shap/deep_shap.py",
        "attribution/test_shap.py",
        (
            "values have the wrong sign",
            "change = image - part.detach()",
            "change = part.detach() - image",
        ),
        ("values are sums over the background", "(total / len(background))", "total"),
        (
            "every class has the values of the first",
            "one[classes[i, column]] = 1",
            "one[classes[i, 0]] = 1",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/targets.py",
        "attribution/test_saliency.py",
        ("the predicted class is the least likely", "logits.argmax(1)", "logits.argmin(1)"),
    ),
    *faults_of(
        "cnnscope/inspection/activations.py",
        "inspection/test_activations.py networks/test_modes.py",
        (
            "the model is taken in the mode that it comes in",
            "as hooks, borrowed(model), torch",
            "as hooks, torch",
        ),
        (
            "what works in place changes the maps before it",
            "np.array(maps.float().cpu().numpy(), copy=True)",
            "maps.float().cpu().numpy()",
        ),
        (
            "a channel that one image leaves constant is dead",
            "maps.min(axis=(0, 2, 3)), maps.max(axis=(0, 2, 3))",
            "maps[0].min(axis=(1, 2)), maps[0].max(axis=(1, 2))",
        ),
        (
            "of a layer that runs twice the last output counts",
            "if name not in outputs:",
            "if True:",
        ),
    ),
    *faults_of(
        "cnnscope/inspection/responses.py",
        "inspection/test_filters.py networks/test_modes.py",
        (
            "the response is the mean of all positions",
            "(positions.shape[-1] + 1) // 2,",
            "positions.shape[-1],",
        ),
        (
            "the response is that of the weaker half",
            "dim=-1).values",
            "dim=-1, largest=False).values",
        ),
        (
            "maps are those of training mode",
            "with borrowed(model), torch.no_grad():\n        maps",
            "with torch.no_grad():\n        maps",
        ),
    ),
    *faults_of(
        "cnnscope/inspection/climber.py",
        "networks/test_modes.py inspection/test_climber.py",
        (
            "filters climb in training mode",
            "with borrowed(network), pools_first",
            "with pools_first",
        ),
    ),
    *faults_of(
        "cnnscope/inspection/ascent.py",
        "inspection/test_filters.py",
        (
            "the picture is that of the first filter",
            "picture, [number]))[0, 0]",
            "picture, [0]))[0, 0]",
        ),
        (
            "start and end change places",
            "return picture[0], answer(start), answer(picture)",
            "return picture[0], answer(picture), answer(start)",
        ),
    ),
    *faults_of(
        "cnnscope/inspection/top_images.py",
        "inspection/test_top_images.py networks/test_modes.py",
        ("the ranking is reversed", "descending=True", "descending=False"),
        (
            "positions are counted in their batch",
            "torch.arange(start, start + len(batch))",
            "torch.arange(len(batch))",
        ),
        (
            "the model is taken in the mode that it comes in",
            "with borrowed(model), torch.no_grad():",
            "with torch.no_grad():",
        ),
        ("one image too few is kept", "[:, :count]", "[:, : count - 1]"),
    ),
    *faults_of(
        "cnnscope/evaluation/confusion.py",
        "evaluation/test_confusion.py",
        (
            "counts are transposed",
            "(labels[known], predicted[known])",
            "(predicted[known], labels[known])",
        ),
        (
            "rates are shares of columns",
            "counts.sum(1, keepdims=True)",
            "counts.sum(0, keepdims=True)",
        ),
        ("the rarest mix-up comes first", "(-mix_up[2], mix_up[:2])", "(mix_up[2], mix_up[:2])"),
    ),
    *faults_of(
        "cnnscope/evaluation/class_scores.py",
        "evaluation/test_class_scores.py",
        (
            "precision and recall change places",
            "    precision, recall, f1, _ =",
            "    recall, precision, f1, _ =",
        ),
        (
            "support and predictions change places",
            "counts.sum(1), counts.sum(0), precision",
            "counts.sum(0), counts.sum(1), precision",
        ),
    ),
]
