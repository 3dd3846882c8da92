"""Faults in the data, the networks and their training that still end in a trained network."""

from mutation import faults_of

_BORROWED = "with borrowed(model), torch.no_grad():"

LEARNING = [
    *faults_of(
        "cnnscope/training/train.py",
        "training/test_what_training_does.py training/test_train.py",
        ("class weights are not used", "weight=self._class_weights,", "weight=None,"),
        (
            "labels are not smoothed",
            "label_smoothing=self.recipe.label_smoothing",
            "label_smoothing=0.0",
        ),
        (
            "mixup forgets the second label",
            "self._loss(logits, truth[other])",
            "self._loss(logits, truth)",
        ),
        ("mixup forgets the second image", "(1 - share) * part[other]", "(1 - share) * part"),
        (
            "balanced sampling is not used",
            'recipe.balance == "sampling"',
            'recipe.balance == "samples"',
        ),
        ("training images are not shifted", "recipe.shift, rng", "0.0, rng"),
        ("weights do not decay", "weight_decay=recipe.weight_decay", "weight_decay=0.0"),
        ("the learning rate stays where it begins", "        self.schedule.step()\n", ""),
        ("the learning rate peaks late", "pct_start=0.25", "pct_start=0.75"),
        ("gradients pile up", "        self.optimiser.zero_grad()\n", ""),
        (
            "the score is that of the training images",
            "score(self.model, validation)",
            "score(self.model, self.examples)",
        ),
        (
            "training runs in evaluation mode",
            "model.to(memory_format=self.layout).train()",
            "model.to(memory_format=self.layout).eval()",
        ),
        (
            "training ends in training mode",
            "torch.contiguous_format).eval()",
            "torch.contiguous_format)",
        ),
        (
            "curves are sums from the beginning",
            "        self._sums = np.zeros(3)\n        epoch",
            "        epoch",
        ),
        ("the last weights are kept, not the best", "        model.load_state_dict(best)\n", ""),
        ("patience is one evaluation longer", ">= recipe.patience", "> recipe.patience"),
        (
            "an interrupted training forgets its schedule",
            '        self.schedule.load_state_dict(state["schedule"])\n',
            "",
        ),
        (
            "an interrupted training forgets its optimiser",
            '        self.optimiser.load_state_dict(state["optimiser"])\n',
            "",
        ),
    ),
    *faults_of(
        "cnnscope/training/examples.py",
        "training/test_what_training_does.py training/test_train.py",
        (
            "training images are not changed",
            "augment(self._images[chosen], shift, rng)",
            "self._images[chosen]",
        ),
        (
            "the score is taken for the classes in another order",
            "logits.argmax(1) == truth).float().mean()",
            "logits.argmin(1) == truth).float().mean()",
        ),
    ),
    *faults_of(
        "cnnscope/training/augment.py",
        "training/test_augment.py training/test_what_training_does.py",
        ("no image is mirrored", "rng.random(len(images)) < 0.5", "rng.random(len(images)) < 0"),
        ("images are mirrored upside down", "cut[:, ::-1] if flip", "cut[::-1] if flip"),
        ("edges are black, not mirrored", 'mode="reflect"', 'mode="constant"'),
        (
            "another image may get the larger share",
            "max(share, 1 - share)",
            "min(share, 1 - share)",
        ),
    ),
    *faults_of(
        "cnnscope/training/batches.py",
        "training/test_batches.py",
        (
            "sampling follows the sizes of the classes",
            "1 / (len(counts) * counts[inverse])",
            "np.full(len(labels), 1 / len(labels))",
        ),
        (
            "each epoch has the order of the first",
            'stream(seed, "epoch", epoch)',
            'stream(seed, "epoch", 0)',
        ),
        (
            "class weights are not the root",
            "np.sqrt(len(labels) / (present * np.maximum(counts, 1)))",
            "(len(labels) / (present * np.maximum(counts, 1)))",
        ),
    ),
    *faults_of(
        "cnnscope/data/decode.py",
        "data/test_decode_jpeg.py data/test_decode.py",
        ("photographs are not turned upright", "ImageOps.exif_transpose(opened)", "opened.copy()"),
        ("mirrored orientations are taken for upright", "in (5, 6, 7, 8)", "in (6, 8)"),
        (
            "a JPEG is decoded at the very size",
            "(2 * preprocessing.size, 2 * preprocessing.size)",
            "(preprocessing.size, preprocessing.size)",
        ),
        (
            "a JPEG is decoded larger than is needed",
            "(2 * preprocessing.size, 2 * preprocessing.size)",
            "(4 * preprocessing.size, 4 * preprocessing.size)",
        ),
        ("16 bits are clipped", "deep // 257", "deep.clip(0, 255)"),
        ("transparency is laid on black", 'coloured.size, "white"', 'coloured.size, "black"'),
        (
            "rows do not close up behind a broken image",
            "rows[row] = rows[place]",
            "rows[row] = rows[row]",
        ),
    ),
    *faults_of(
        "cnnscope/data/preprocessing.py",
        "data/test_preprocessing.py",
        (
            "pixels are picked, not averaged",
            "Image.Resampling[how.interpolation.upper()]",
            "Image.Resampling.NEAREST",
        ),
        (
            "a JPEG is decoded at reduced size before it is cropped",
            '(self.fit, self.interpolation, self.antialias) == ("stretch", "bilinear", True)',
            "self.antialias",
        ),
        ("the longer side is resized", "width <= height else", "width > height else"),
        ("a half is rounded down", "-round((side - size) / 2)", "-((side - size) // 2)"),
        ("the colour around an image is black", "tuple(how.fill) or 0", "0"),
    ),
    *faults_of(
        "cnnscope/data/tensor_resize.py",
        "data/test_preprocessing.py",
        ("grey levels are cut off, not rounded", ".round()", ""),
    ),
    *faults_of(
        "cnnscope/data/image_sets.py",
        "data/test_image_sets.py",
        (
            "a background is not balanced",
            "for r in range(rounds) for c in order if",
            "for c in order for r in range(rounds) if",
        ),
        ("right images are taken for wrong ones", '(which == "correct")', '(which == "wrong")'),
        (
            "the example of a mix-up is the least sure",
            "lead[places].argmax()",
            "lead[places].argmin()",
        ),
    ),
    *faults_of(
        "cnnscope/data/class_counts.py",
        "data/test_class_counts.py",
        (
            "every split has the counts of all",
            "[found[split, label] for",
            "[sum(found[s, label] for s in SPLITS) for",
        ),
    ),
    *faults_of(
        "cnnscope/data/pixel_table.py",
        "data/test_pixel_table.py data/test_dataset.py",
        (
            "rows and columns of a picture are swapped",
            "isqrt(len(pixels)), -1)",
            "isqrt(len(pixels)), -1).T",
        ),
        (
            "validation and testing change places",
            '"PublicTest": "validation", "PrivateTest": "testing"',
            '"PublicTest": "testing", "PrivateTest": "validation"',
        ),
    ),
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
