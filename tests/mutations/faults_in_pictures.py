"""Faults that ask of pictures what they cannot answer, or explain others than were given."""

from mutation import faults_of

PICTURES = [
    *faults_of(
        "cnnscope/data/loose_pictures.py",
        "data/test_loose_pictures.py",
        ("labels go to others of the same name", "if len(whole) == 1}", "if whole}"),
        ("a number is the class's name", "if label in numbers:", "if False:"),
        (
            "what is hidden is explained",
            "is_image(name) and not _is_hidden(name)",
            "is_image(name)",
        ),
    ),
    *faults_of(
        "cnnscope/data/layout.py",
        "data/test_loose_pictures.py",
        ("a folder a class is taken for a flat one", '"/" not in name and is_image', "is_image"),
        (
            "one that has validation alone is pictures",
            '("training", "validation")',
            '("training",)',
        ),
    ),
    *faults_of(
        "cnnscope/data/source.py",
        "data/test_loose_pictures.py",
        (
            "a single picture lies below itself",
            "self.path if self.path.is_dir() else self.path.parent",
            "self.path",
        ),
    ),
    *faults_of(
        "cnnscope/data/dataset.py",
        "data/test_loose_pictures.py",
        ("names in an archive keep its folder", "_only_folder(digests)", '""'),
    ),
    *faults_of(
        "cnnscope/planning/loose_pictures.py",
        "planning/test_questions_of_pictures.py",
        ("what the user has asked is overwritten", "if key not in (given or {})", "if True"),
        ("the true class is explained", '{"target": "predicted"}', '{"target": "true"}'),
        ("confusion is asked without labels", "    if not labelled:", "    if False:"),
        ("few pictures are the first ones", "n * len(labels) // _FEW", "n"),
    ),
    *faults_of(
        "cnnscope/planning/answers.py",
        "planning/test_questions_of_pictures.py",
        ("every background is one of training", '{"background": kind}', "{}"),
        ("pictures are not blurred by default", '"blurred" if own == PICTURES', "own if own"),
        (
            "class_support is drawn without training images",
            'if "training" in plan.run.counts else None',
            "if True else None",
        ),
    ),
    *faults_of(
        "cnnscope/attribution/background.py",
        "attribution/test_background.py",
        ("blurred copies are sharp", 'if kind == "blurred":', "if False:"),
        ("the blur does not follow the size", "_BLUR * images.shape[1]", "_BLUR * 224"),
        ("there must be as many pictures as are asked for", "min(count, len(pool))", "count"),
    ),
    *faults_of(
        "cnnscope/planning/charts.py",
        "planning/test_questions_of_pictures.py planning/test_pictures.py",
        ("figures do not say what was cut off", '{"seen": line} if line', "{} if line"),
        (
            "a figure is drawn without what it needs",
            "if read.keys() - inputs.keys() - set(declared.optional):",
            "if False:",
        ),
    ),
    *faults_of(
        "scripts/confusion_counts.py",
        "workflow/test_explained_pictures.py",
        ("labels beyond those predicted are not counted", ", int(labels.max()) + 1)", ")"),
    ),
]
