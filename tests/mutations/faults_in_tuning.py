"""Faults in the training of networks that were trained elsewhere."""

from mutation import faults_of

TUNING = [
    *faults_of(
        "cnnscope/training/tune.py",
        "training/test_tune.py",
        ("what is frozen learns", "        parameter.requires_grad_(False)", "        pass"),
        ("frozen norms move with the batches", "still=frozen.modules", "still=()"),
        ("what is frozen stays so for ever", "parameter.requires_grad_(True)", "pass"),
        ("images pass the frozen part once", "copies=copies, shift", "copies=1, shift"),
    ),
    *faults_of(
        "cnnscope/training/examples.py",
        "training/test_tune.py",
        ("no copy is mirrored", "return images[:, :, ::-1]", "return images"),
        ("all shifted copies are the same", '"copy", copy, start', '"copy", 2, start'),
        (
            "only the images as they are are drawn",
            "rng.integers(self._copies, size=len(chosen))",
            "rng.integers(1, size=len(chosen))",
        ),
        (
            "features forget the order of their axes",
            "like.ndim == 4 and like.is_contiguous(memory_format=torch.channels_last)",
            "False",
        ),
        (
            "features are made in float32",
            'enabled=precision == "bfloat16"',
            "enabled=False",
        ),
    ),
    *faults_of(
        "cnnscope/training/frozen.py",
        "training/test_frozen.py training/test_tune.py",
        (
            "what a block holds itself learns",
            "for module in started for",
            "for module in finished for",
        ),
        (
            "of a frozen block only the norms of the top stay",
            "for module in finished for below in module.modules()]",
            "for module in finished for below in [module]]",
        ),
        ("a frozen head is no mistake", "if head in modules:", "if False:"),
    ),
    *faults_of(
        "cnnscope/networks/cut.py",
        "networks/test_cut.py",
        ("before a layer is behind it", "calls[0] if before else calls[-1] + 1", "calls[-1] + 1"),
        ("parts that give other numbers are used", "if not same:", "if False:"),
        (
            "a value of the whole batch may pass the cut",
            "part.shape[:1] == images.shape[:1]",
            "True",
        ),
    ),
    *faults_of(
        "cnnscope/networks/head.py",
        "networks/test_head.py",
        ("any last layer is a head", "len(layers[called[-1]].weight) != logits.shape[1]", "False"),
        ("a new head is not the seed's", "manual_seed(seed)", "manual_seed(0)"),
    ),
    *faults_of(
        "cnnscope/checkpoints/other_classes.py",
        "checkpoints/test_other_classes.py",
        ("a new head has no weights", "        make_anew(", "        (lambda *_: None)("),
        ("another network is resized", "if counts else ():", "if shapes else ():"),
    ),
    *faults_of(
        "cnnscope/planning/network.py",
        "planning/test_start.py",
        (
            "the checkpoint is explained, not what is trained from it",
            "trained(plan) if plan.run.trains else converted(plan)",
            "trained(plan) if not plan.run.checkpoint else converted(plan)",
        ),
        (
            "what a training starts from is none of its inputs",
            '| ({"start": converted(plan)["weights"]} if start else {})',
            "",
        ),
    ),
    *faults_of(
        "cnnscope/planning/pretrained.py",
        "planning/test_start.py",
        (
            "classes of the dataset have the names of those of the weights",
            'if settings["training"]["start"]:',
            "if False:",
        ),
    ),
]
