"""Faults in the training that still end in a trained network."""

from mutation import faults_of

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
]
