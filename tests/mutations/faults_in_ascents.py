"""Faults in class pictures, deep dreams and the steps that pictures climb by."""

from mutation import faults_of

ASCENTS = [
    *faults_of(
        "cnnscope/inspection/steps.py",
        "inspection/test_steps.py inspection/test_filters.py",
        (
            "pictures descend",
            "base + contrast * preconditioner",
            "base - contrast * preconditioner",
        ),
        ("the contrast has no bound", "2 / (step + 2)", "1 + step"),
        (
            "the view is not used",
            "score(view(torch.sigmoid(logits)))",
            "score(torch.sigmoid(logits))",
        ),
        ("what the pattern is added to is forgotten", "aim = base + contrast", "aim = contrast"),
    ),
    *faults_of(
        "cnnscope/inspection/views.py",
        "inspection/test_steps.py",
        ("views are never calm", "_CALM if step >= steps - steps // 10 else 1.0", "1.0"),
        ("a wide picture is sheared", "-sine * height / width", "-sine"),
        ("a turn makes it larger", "scale * math.cos(angle), scale", "math.cos(angle), scale"),
    ),
    *faults_of(
        "cnnscope/inspection/class_pictures.py",
        "inspection/test_class_pictures.py",
        ("the picture is that of the first class", "(picture)[0, number],", "(picture)[0, 0],"),
        ("all classes have the noise of one", '"class_pictures", number)', '"class_pictures")'),
        (
            "an unknown class is counted from the end",
            "if number >= known]",
            "if number > known]",
        ),
        (
            "the logit of the noise is that of the picture",
            "on.network(start)",
            "on.network(picture)",
        ),
        ("another class is not reported", "elif likeliest != number:", "elif False:"),
    ),
    *faults_of(
        "cnnscope/inspection/deep_dream.py",
        "inspection/test_deep_dream.py",
        ("what small sizes have found is lost", "        change = logits - original\n", ""),
        ("each octave has the whole contrast", "_CONTRAST / len(sizes) ** 0.5", "_CONTRAST * 2"),
        ("the largest octave comes first", "return sizes[::-1] or", "return sizes or"),
        (
            "the scores change places",
            "for one in (photograph, picture)]",
            "for one in (picture, photograph)]",
        ),
        (
            "a size that does not fit is no error of the user",
            "as error:\n            raise",
            "as error:\n            continue\n            raise",
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_pictures.py",
        "figures/test_drawn_ascents.py",
        ("the probability is that of the likeliest", "{shares[number]:.0%}", "{shares.max():.0%}"),
        (
            "the picture is that of the class's number",
            "as_bytes(pictures[i])",
            "as_bytes(pictures[int(details['classes'][i])])",
        ),
    ),
    *faults_of(
        "cnnscope/figures/deep_dream.py",
        "figures/test_drawn_ascents.py",
        (
            "the photograph is shown twice",
            "show_image(lower, as_bytes(pictures[i]))",
            "show_image(lower, images[i])",
        ),
    ),
    *faults_of(
        "cnnscope/planning/questions.py",
        "planning/test_ascents.py",
        (
            "names of classes are handed on",
            'pictured["classes"] = checks.resolve_classes(',
            "checks.resolve_classes(",
        ),
    ),
    *faults_of(
        "cnnscope/checks.py",
        "planning/test_ascents.py",
        ("a class may stand there twice", "if numbers.count(number) > 1:", "if False:"),
    ),
    *faults_of(
        "cnnscope/planning/subjects.py",
        "planning/test_ascents.py",
        ("a chart of the run is given no images", "sets=tuple(asked)", "sets=()"),
    ),
]
