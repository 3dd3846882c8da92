"""Faults in what is shown of classes that are too many to be read."""

from mutation import faults_of

MANY_CLASSES = [
    *faults_of(
        "cnnscope/evaluation/confusion.py",
        "evaluation/test_confusion.py",
        (
            "a class counts as confused only where it is the true one",
            "images + counts.sum(0) - 2 * counts.diagonal()",
            "images - counts.diagonal()",
        ),
        ("the least confused are taken", "-images), -involved))", "-images), involved))"),
        (
            "of those confused alike the largest are taken",
            "np.where(involved, 0, -images)",
            "-images",
        ),
        (
            "the last column has all images of a row",
            "rows.sum(1) - inside.sum(1)",
            "rows.sum(1)",
        ),
        (
            "classes of which nothing is known fill places",
            "[: min(most, max(known, 1))]",
            "[:most]",
        ),
    ),
    *faults_of(
        "cnnscope/figures/confusion_matrix.py",
        "figures/test_large_matrix.py",
        (
            "shares are of the images that were taken for a class that is shown",
            "with_others(counts, classes)",
            "with_others(counts[np.ix_(classes, classes)], np.arange(len(classes)))",
        ),
        (
            "the images of the classes left out are those of all",
            "counts[left_out].sum()",
            "counts.sum()",
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_distribution.py",
        "figures/test_many_classes.py",
        (
            "the totals are those of the bars",
            "({totals[name]:,})",
            "({sum(numbers):,})",
        ),
        (
            "the first and the last classes are shown",
            'both_ends(sorted(rows, key=lambda row: -int(row["all"])))',
            "both_ends(rows)",
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_scores.py",
        "figures/test_many_classes.py",
        (
            "the best are shown as the worst",
            'return number(line["f1"]), -number',
            'return -number(line["f1"]), -number',
        ),
        (
            "a class without an F1 is among the worst",
            'for line in lines if line["f1"])',
            "for line in lines)",
        ),
    ),
    *faults_of(
        "cnnscope/figures/class_support.py",
        "figures/test_many_classes.py figures/test_draw_class_scores.py",
        ("the highest have names", "np.lexsort((-x, y))", "np.lexsort((-x, -y))"),
        (
            "at the bottom stand classes of few images",
            "images if f1 < mean else -images",
            "-images",
        ),
    ),
    *faults_of(
        "cnnscope/figures/labels.py",
        "figures/test_many_classes.py figures/test_draw_class_scores.py",
        ("names lie over others", "taken = np.concatenate([taken, [box.extents]])", "pass"),
        (
            "names lie over points",
            "[spots - 4 * pixels, spots + 4 * pixels]",
            "[spots[:0], spots[:0]]",
        ),
        ("a point without a name gets None", "if name is None:", "if False:"),
    ),
    *faults_of(
        "cnnscope/figures/style.py",
        "figures/test_many_classes.py",
        ("a name is a letter too long", "name[: letters - 1]", "name[:letters]"),
    ),
]
