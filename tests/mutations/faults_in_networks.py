"""Faults in networks, and in how they are asked."""

from mutation import faults_of

_BORROWED = "with borrowed(model), torch.no_grad():"

NETWORKS = [
    *faults_of(
        "cnnscope/networks/classifier.py",
        "networks/test_classifier.py networks/test_modes.py",
        (
            "mean and standard deviation are swapped",
            "(images - self.mean) / self.std",
            "(images - self.std) / self.mean",
        ),
        ("intensities reach from 0 to 255", ".float().div_(255)", ".float()"),
        ("rows and columns are swapped", "permute(0, 3, 1, 2)", "permute(0, 3, 2, 1)"),
        (
            "predictions are those of training mode",
            f"{_BORROWED}\n        parts",
            "with torch.no_grad():\n        parts",
        ),
        (
            "every batch is the first",
            "to_tensor(images[start : start + batch_size], device)",
            "to_tensor(images[:batch_size], device)",
        ),
    ),
    *faults_of(
        "cnnscope/networks/layout.py",
        "networks/test_layout.py",
        (
            "all networks are taken to run so",
            "_FOUND[model] = torch.contiguous_format",
            "_FOUND[model] = torch.channels_last",
        ),
        (
            "no network is",
            "_FOUND[model] = torch.channels_last",
            "_FOUND[model] = torch.contiguous_format",
        ),
        (
            "a single channel lies as it did",
            "torch.empty_like(images, memory_format=torch.channels_last).copy_(images)",
            "images.contiguous(memory_format=torch.channels_last)",
        ),
        ("a network is tried each time", "if model not in _FOUND", "if True"),
        (
            "the try stays in training mode",
            "with borrowed(model), torch.no_grad()",
            "with torch.no_grad()",
        ),
        ("the try draws random numbers", ", torch.random.fork_rng(devices=[])", ""),
        ("what lies so already stays so", "return images.contiguous()", "return images"),
    ),
    *faults_of(
        "cnnscope/networks/device.py",
        "networks/test_device.py attribution/test_lime_promises.py",
        ("a processor without bfloat16 is given it", "and not _cpu_has_bfloat16()", "and False"),
        (
            "a processor with bfloat16 is denied it",
            "and not _cpu_has_bfloat16()",
            "and _cpu_has_bfloat16()",
        ),
        (
            "every processor has bfloat16",
            "is_available() and torch.ops",
            "is_available() or torch.ops",
        ),
        ("a card is not used", 'cuda = wanted != "cpu" and', 'cuda = wanted == "cuda" and'),
    ),
    *faults_of(
        "cnnscope/networks/state.py",
        "networks/test_classifier.py networks/test_modes.py",
        ("a borrowed model stays in training mode", "        model.eval()\n", ""),
        (
            "a borrowed model comes back in evaluation mode",
            "module.training = training",
            "module.training = False",
        ),
    ),
    *faults_of(
        "cnnscope/networks/pooling.py",
        "networks/test_pooling.py",
        (
            "a falling slope is taken for a rising one",
            "(activation.weight >= 0).all()",
            "(activation.weight >= -9).all()",
        ),
    ),
    *faults_of(
        "cnnscope/networks/layers.py",
        "networks/test_layers.py",
        ("a filter has the bias of another", "layer.bias[chosen]", "layer.bias[: len(chosen)]"),
    ),
    *faults_of(
        "cnnscope/networks/summary.py",
        "networks/test_summary.py",
        (
            "products and sums are counted apart",
            "(counter.get_total_flops() - before) // 2",
            "counter.get_total_flops() - before",
        ),
    ),
]
