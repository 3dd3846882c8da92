"""Faults in class activation maps."""

from mutation import faults_of

CAMS = [
    *faults_of(
        "cnnscope/attribution/_cam/map_layer.py",
        "attribution/test_cam_layers.py attribution/test_cam_families.py",
        (
            "the first layer with a map is taken",
            "in reversed(outputs):\n            reading",
            "in outputs:\n            reading",
        ),
        ("a single position is a map", "math.prod(reading[0]) > 1 else", "True else"),
        (
            "a layer that nothing depends on is taken",
            "    if gradient is None:\n        return False\n",
            "    if gradient is None:\n        return True\n",
        ),
        ("an adaptive pool is taken", "isinstance(module, _REGRIDDING) or (", "("),
        (
            "tokens that are not read are taken",
            "output.ndim == 4 or bool(as_maps(gradient).any())",
            "True",
        ),
        ("a class token is a position", "for before in (0, 1) if", "for before in (0,) if"),
        (
            "tokens that are no map lead to a layer far before them",
            "not (reading or tokens)",
            "not reading",
        ),
        (
            "channels that come last are taken for a width",
            "if fits(*last) and not fits(*first):",
            "if False:",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_cam/map_layer.py",
        "attribution/test_cams.py attribution/test_cam_layers.py attribution/test_contract.py",
        (
            "what works in place changes the activations",
            "return self.output.clone()",
            "return self.output",
        ),
        (
            "the first run of a module counts",
            "if len(output) != count or",
            "if self.output is not None or len(output) != count or",
        ),
        ("windows are maps", "if len(output) != count or", "if"),
        ("the hook stays", "            handle.remove()\n", "            pass\n"),
    ),
    *faults_of(
        "cnnscope/attribution/_cam/maps.py",
        "attribution/test_cams.py attribution/test_cam_layers.py attribution/test_contract.py",
        (
            "the class is the predicted one",
            ".gather(1, wanted[:, None]).sum()",
            ".amax(1).sum()",
        ),
        ("corners are aligned", "align_corners=False", "align_corners=True"),
        (
            "the network keeps its mode",
            "with borrowed(model), pools_first(model, keep=[chosen.module]), torch",
            "with pools_first(model, keep=[chosen.module]), torch",
        ),
        (
            "the layer is swapped with a pool",
            "keep=[chosen.module]), torch.enable_grad():",
            "keep=[]), torch.enable_grad():",
        ),
        ("maps of zeros are not reported", "    if flat:\n", "    if False:\n"),
    ),
    *faults_of(
        "cnnscope/attribution/grad_cam.py",
        "attribution/test_cams.py",
        ("gradients are added up", "gradients.mean(", "gradients.sum("),
        ("negative values stay", ".sum(1).relu()", ".sum(1)"),
    ),
    *faults_of(
        "cnnscope/attribution/grad_cam_plus_plus.py",
        "attribution/test_cams.py",
        ("the third derivative is forgotten", "2 + totals * gradients", "2 + 0 * gradients"),
        ("negative gradients count", "coefficients * gradients.relu()", "coefficients * gradients"),
        ("activations are averaged", "activations.sum((2, 3)", "activations.mean((2, 3)"),
    ),
    *faults_of(
        "cnnscope/attribution/layer_cam.py",
        "attribution/test_cams.py",
        ("negative gradients count", "(gradients.relu() *", "(gradients *"),
    ),
    *faults_of(
        "cnnscope/attribution/hires_cam.py",
        "attribution/test_cams.py",
        ("negative values become 0", ".sum(1)\n", ".sum(1).relu()\n"),
    ),
    *faults_of(
        "cnnscope/attribution/score_cam.py",
        "attribution/test_cams.py attribution/test_cam_layers.py attribution/test_contract.py",
        ("masks are not brought to 0 to 1", "return (masks - low) /", "return masks /"),
        ("weights are the scores themselves", ".softmax(0))\n", ")\n"),
        ("the class is the first one", "[:, target]", "[:, 0]"),
        (
            "a mask of one value divides by 0",
            "torch.where(high > low, high - low, 1)",
            "(high - low)",
        ),
        ("what a model writes stays", "model(pixels.clone())", "model(pixels)"),
        (
            "masks are not enlarged between centres",
            "enlarge(part[:, None]",
            "enlarge(1 - part[:, None]",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/guided_grad_cam.py",
        "attribution/test_cams.py",
        ("the factors are added", "lines.attribution * places", "lines.attribution + places"),
        ("lines have no sign", 'lines.details["gradient"] *', 'abs(lines.details["gradient"]) *'),
    ),
    *faults_of(
        "cnnscope/figures/maps.py",
        "figures/test_drawn_maps.py",
        ("the layer is not named", 'if "layer" in facts else []', "if False else []"),
    ),
]
