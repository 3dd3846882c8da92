"""Faults in what hides parts of an image and in the methods that do so."""

from mutation import Mutation, faults_of

PERTURBATION: list[Mutation] = [
    *faults_of(
        "cnnscope/attribution/baseline.py",
        "attribution/test_baseline.py",
        ("hiding is black whatever is asked for", 'if kind == "black":', "if kind:"),
        (
            "a region has the colour of the image",
            "flat = regions.reshape(-1)",
            "flat = 0 * regions.reshape(-1)",
        ),
        ("the image itself is shown as blurred", "blurred(image[None])[0]", "image"),
        ("all images have the same noise", 'stream(seed, "noise", image)', 'stream(seed, "noise")'),
        ("background images are those of 8 bits", "background / 255.0", "background / 1.0"),
    ),
    *faults_of(
        "cnnscope/attribution/method.py",
        "attribution/test_baseline.py attribution/test_contract.py",
        (
            "a background of the baseline is not drawn",
            ' or settings.get("baseline") == "background"',
            "",
        ),
        (
            "a number of images that nobody draws counts",
            'else {"images", "background"}',
            'else {"images"}',
        ),
    ),
    *faults_of(
        "cnnscope/attribution/occlusion.py",
        "attribution/test_occlusion.py",
        ("the rise is shown, not the drop", "logits[0] - logits[1:]", "logits[1:] - logits[0]"),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/windows.py",
        "attribution/test_occlusion.py",
        ("windows that overlap add up", " / covers.sum(0)", ""),
        (
            "the far edge is never hidden",
            "np.arange(ceil((length - side) / step) + 1)",
            "np.arange((length - side) // step + 1)",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/rise.py",
        "attribution/test_rise.py",
        ("the mean is divided by N", "((count - 1) * probability)", "(count * probability)"),
        ("the chance of a cell is left out", "((count - 1) * probability)", "(count - 1)"),
        ("all masks have one shift", "rng.integers(0, cell_side(length, cells))", "0"),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/soft_grids.py",
        "attribution/test_rise.py",
        ("the grid is as large as the image", "(cells + 1) * cell_side", "cells * cell_side"),
    ),
    *faults_of(
        "cnnscope/attribution/_kernel_shap/coalitions.py",
        "attribution/test_kernel_shap.py",
        ("coalitions come without their complements", "[masks, ~masks]", "[masks, masks]"),
        (
            "all sizes weigh the same",
            "(count - 1) / (sizes * (count - sizes))",
            "np.ones(count - 1)",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_kernel_shap/shapley.py",
        "attribution/test_kernel_shap.py",
        (
            "the values do not add up",
            "return equal + difference - difference.mean()",
            "return difference - difference.mean()",
        ),
        ("coalitions weigh the same", "centred * weights[:, None]", "centred * 1.0"),
    ),
    *faults_of(
        "cnnscope/attribution/kernel_shap.py",
        "attribution/test_kernel_shap.py",
        (
            "the residual is that of the whole image",
            '(details["whole"] - details["hidden"])',
            'details["whole"]',
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/masked_forward.py",
        "attribution/test_masked_versions.py",
        ("a soft mask is shown whole", "below + shown * (above - below)", "below"),
        (
            "the parts of many versions change places",
            "for part in parts]",
            "for part in parts[::-1]]",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/masked_image.py",
        "attribution/test_occlusion.py attribution/test_baseline.py",
        ("whole and hidden change places", "[[True], [False]]", "[[False], [True]]"),
        (
            "the first background image alone hides",
            "for hidden in self.hidden\n",
            "for hidden in self.hidden[:1]\n",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/_masking/folding.py",
        "attribution/test_masked_versions.py",
        ("a norm of two convolutions is folded", "targets.count(node.target) > 1", "False"),
        ("a convolution with a hook is folded", " and not hooked", ""),
        ("what others read is folded too", "and len(before.users) == 1", ""),
    ),
    *faults_of(
        "cnnscope/attribution/sobel.py",
        "attribution/test_controls.py",
        ("edges are those of the first channel", "image.mean(2)", "image[..., 0]"),
    ),
    *faults_of(
        "cnnscope/figures/hidden_images.py",
        "figures/test_drawn_hidden_images.py",
        ("rises and falls cancel", "np.abs(details", "(details"),
        (
            "whole and hidden change places",
            "p {whole:.2f} → {hidden:.2f}",
            "p {hidden:.2f} → {whole:.2f}",
        ),
    ),
    *faults_of(
        "cnnscope/settings.py",
        "attribution/test_baseline.py",
        ("a former name is not told", "if _RENAMED.get(word) in known:", "if False:"),
    ),
]
