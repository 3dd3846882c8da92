"""Faults in the reading of weights that were trained elsewhere."""

from mutation import faults_of

PRETRAINED = [
    *faults_of(
        "cnnscope/checkpoints/names.py",
        "checkpoints/test_names.py",
        (
            "a moving average counts as a second network",
            "[prefix for prefix in fitting if not _AVERAGE.search(prefix)] or fitting",
            "fitting",
        ),
        (
            "weights that the network lacks are passed over",
            "return rest if key.startswith(prefix) and not _TRAINING.search(rest) else None",
            "return None",
        ),
        (
            "what lies beside the network is passed over without a word",
            "if left_out := [key for key in state if own_name(key) is None]:",
            "if left_out := []:",
        ),
        ("the versions of modules lose their modules", 'modules[key].removesuffix(".")', "key"),
        ("old names of dense layers are unknown", "for key in own} | old", "for key in own}"),
    ),
    *faults_of(
        "cnnscope/checkpoints/checkpoint.py",
        "checkpoints/test_names.py",
        (
            "weights without metadata are never old",
            "given._metadata = None",
            "given._metadata = own._metadata",
        ),
    ),
    *faults_of(
        "cnnscope/checkpoints/download.py",
        "checkpoints/test_download.py",
        (
            "of the first digits of a hash the last is not compared",
            "not actual.startswith(expected)",
            "not actual.startswith(expected[:-1])",
        ),
    ),
    *faults_of(
        "cnnscope/planning/pretrained.py",
        "planning/test_pretrained.py",
        (
            "what the user gives as it is shipped is not the user's",
            'own |= given.get("image", {}).keys()',
            "",
        ),
        (
            "photographs are resized for another square",
            'own | {"resize"} if own & {"size", "fit"} else own',
            "own",
        ),
        (
            "the arguments of the weights win",
            "{**weights.arguments, **model",
            "{**model",
        ),
    ),
    *faults_of(
        "cnnscope/planning/network.py",
        "planning/test_pretrained.py",
        ("a few digits are an identity", "sha256 and len(sha256) == 64", "sha256"),
        (
            "the version of torchvision does not count",
            "return {name: version} if version else {}",
            "return {}",
        ),
    ),
    *faults_of(
        "cnnscope/planning/opening.py",
        "planning/test_pretrained.py",
        ("folders keep the order of their names", "set(known) <= set(names)", "not names"),
    ),
    *faults_of(
        "cnnscope/networks/own_file.py",
        "networks/test_own_file.py",
        ("a file's folder stays on the path", "sys.path.remove(str(folder))", "pass"),
        ("modules of a former network are kept", "        del sys.modules[name]", "        pass"),
    ),
    *faults_of(
        "cnnscope/networks/architecture.py",
        "networks/test_own_file.py",
        (
            "what a package runs first does not count",
            'return [file, *(folder / "__init__.py" for folder in packages)]',
            "return [file]",
        ),
    ),
    *faults_of(
        "scripts/convert.py",
        "workflow/test_named_weights.py",
        (
            "a local file of the weights is not checked",
            "if wanted and not found.startswith(wanted.lower()):",
            "if wanted and not found:",
        ),
    ),
]
