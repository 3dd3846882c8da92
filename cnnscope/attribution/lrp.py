"""Layer-wise relevance propagation: a class's score, divided among the pixels layer by layer."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from cnnscope.attribution._gradients import residual
from cnnscope.attribution._gradients.relevance_tape import RelevanceTape
from cnnscope.attribution._shap.deep_rules import UnsupportedModelError
from cnnscope.attribution.explanation import Explanation
from cnnscope.attribution.method import Method
from cnnscope.errors import RefusalError
from cnnscope.networks.classifier import device_of, fixed_batches, to_tensor
from cnnscope.networks.layout import fast_layout
from cnnscope.networks.state import borrowed

METHOD = Method(
    title="Layer-wise relevance propagation",
    summary="layer-wise relevance propagation: a class's score, divided among the pixels",
    paper="Bach, Binder, Montavon, Klauschen, Müller, Samek 2015, On Pixel-Wise Explanations for "
    "Non-Linear Classifier Decisions, https://doi.org/10.1371/journal.pone.0130140; Montavon, "
    "Binder, Lapuschkin, Samek, Müller 2019, Layer-Wise Relevance Propagation: An Overview, "
    "https://doi.org/10.1007/978-3-030-28954-6_10",
    units="logits",
    signed=True,
)


def explain(
    model: nn.Module,
    images: np.ndarray,
    targets: np.ndarray,
    *,
    log: Callable[[str], None] = print,
) -> Explanation:
    """The relevance of each pixel for the target's logit.

    Bach and others 2015, https://doi.org/10.1371/journal.pone.0130140; Montavon and others 2019,
    https://doi.org/10.1007/978-3-030-28954-6_10. The rules are those known as EpsilonPlusFlat:

    - linear layers divide the relevance in proportion to all contributions (epsilon, 1e-6),
      convolutions in proportion to the positive ones (z+), the first layer equally among its
      inputs (flat), whichever kind it is;
    - a batch norm and the convolution or linear layer before it count as one layer; any other
      batch norm is elementwise;
    - elementwise functions, activations among them, pass relevance on as it is; so does the
      product of a map and a gate, a sigmoid or hard sigmoid, to the map;
    - sums, such as skip connections, and average pools divide it in proportion to what is added,
      max pools give it to the maximum.

    What a bias contributes takes its share and belongs to no pixel. Together with that, relevance
    is conserved: the values and what the biases took add up to the logit, but for the residual.
    Networks with other functions, such as layer norms, softmax and attention, are refused.

    Args:
        model: maps float32 images (N, C, H, W) in [0, 1] to logits (N, K).
        images: uint8 (N, H, W, C).
        targets: int (N,), the class whose logit is explained.
        log: receives a line where biases took more than a tenth, or more than that is missed.

    Returns:
        attribution: (N, H, W), signed, in logits, the values added up over the colour channels.
        details: `values` (N, C, H, W); `bias_share` float64 (N,), what the biases took, as a share
        of the logit; `residual` float64 (N,), what is missing beside, as a share of the logit.

    Raises:
        RefusalError: the network has a function without a rule.
    """
    device = device_of(model)
    values, by_biases, logits = [], [], []
    with borrowed(model):
        for rows, batch in fixed_batches(images, "LRP"):
            parts = _relevance(model, fast_layout(model, to_tensor(batch, device)), targets[rows])
            count = rows.stop - rows.start
            for whole, part in zip((values, by_biases, logits), parts, strict=True):
                whole.append(part[:count].cpu().numpy())
    values, by_bias, logits = map(np.concatenate, (values, by_biases, logits))
    logit = logits[np.arange(len(images)), targets].astype(np.float64)
    sums = values.sum((1, 2, 3), dtype=np.float64)
    missed = residual.relative(sums + by_bias - logit, logit, logits)
    bias_share = np.divide(by_bias, logit, out=np.zeros_like(logit), where=logit != 0)
    if large := int((np.abs(bias_share) > residual.LARGEST).sum()):
        log(
            f"lrp: in {large} of {len(images)} images biases took more than "
            f"{residual.LARGEST:.0%} of the relevance, which belongs to no pixel: the map divides "
            "up the rest"
        )
    residual.warn("lrp", missed, "ask integrated_gradients or expected_gradients instead", log)
    details = {"values": values, "bias_share": bias_share, "residual": missed}
    return Explanation(values.sum(1), details, facts={"units": METHOD.units})


def summarise(details: Mapping[str, np.ndarray]) -> dict:
    """The largest residual and share of biases of any image, and how many are too large."""
    largest = float(np.abs(details["bias_share"]).max())
    return residual.summary(details["residual"]) | {"largest_bias_share": largest}


def _relevance(
    model: nn.Module, pixels: torch.Tensor, targets: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Relevance (N, C, H, W), what biases took (N,) and logits (N, K), of images of one batch.

    Args:
        targets: (M,), of the first M <= N images; the others have no relevance.
    """
    pixels = pixels.requires_grad_()
    taken = torch.zeros(len(pixels), dtype=torch.float64, device=pixels.device, requires_grad=True)
    try:
        logits = RelevanceTape(taken).record(model, pixels)
    except UnsupportedModelError as error:
        raise RefusalError(
            f"lrp: {error}, which this network uses; ask integrated_gradients, which explains any "
            "differentiable network"
        ) from error
    places = np.arange(len(targets)), np.asarray(targets)
    start = torch.zeros_like(logits)
    start[places] = logits.detach()[places]
    try:
        relevance, by_bias = torch.autograd.grad(
            logits, (pixels, taken), start, allow_unused=True, materialize_grads=True
        )
    except RuntimeError as error:
        if "inplace operation" not in str(error):
            raise
        raise RefusalError("lrp: this network writes into a map that it has used before") from error
    return relevance, by_bias, logits.detach()
