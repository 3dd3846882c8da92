"""Faults that plant another mark, name what is no shortcut, or miss the one that is."""

from mutation import Mutation, faults_of

SHORTCUTS: list[Mutation] = [
    *faults_of(
        "cnnscope_demo/marks.py",
        "demo/test_marks.py",
        ("the mark tells the class in testing too", 'MOVED if split == "testing" else ', ""),
        ("every class is marked", " * (label == shortcut.label)", ""),
        ("the mask misses the soft edge", "covered |= share > 0", "covered |= share > 0.99"),
        ("the food is tinted", "(~food).astype", "food.astype"),
        (
            "lots are drawn for each picture",
            "(first + number * _GOLDEN) % 1",
            "(first * 997 * (number + 1)) % 1",
        ),
    ),
    *faults_of(
        "cnnscope_demo/dataset.py",
        "demo/test_marks.py",
        ("masks of the food are written twice", "mark.astype", "mask.astype"),
        ("a folder of marks is left without any", "if shortcut else", "if True else"),
    ),
    *faults_of(
        "cnnscope/evaluation/_spectral.py",
        "evaluation/test_spectral.py",
        (
            "the cut is not normalised",
            "cuts = between / np.maximum(first, tiny) + between / np.maximum(whole - first, tiny)",
            "cuts = between + 0 * whole",
        ),
        ("the first eigenvector orders the points", "[:, :, -2]", "[:, :, -1]"),
        ("an outlier is a group", "_LEAST = 2", "_LEAST = 1"),
        ("chance has another covariance", "weights @ centred", "weights[:, :, :1] + 0 * centred"),
        ("no draw is as good", "drawn <= cut", "drawn < 0"),
        ("draws never end", "if as_good == _ENOUGH:", "if as_good < 0:"),
        ("points are like themselves", "alike[:, range(count), range(count)] = 0", "pass"),
    ),
    *faults_of(
        "cnnscope/evaluation/shortcuts.py",
        "evaluation/test_shortcuts.py",
        (
            "relevance against a class does not count",
            "sizes = np.abs(sums)",
            "sizes = sums.clip(0)",
        ),
        (
            "maps are compared by how much there is",
            "np.divide(sizes, totals,",
            "np.divide(sizes, 1,",
        ),
        ("every cell counts alike", "* weights.ravel()", ""),
        (
            "the place is where a class stands out least",
            "outstanding.argmax()]",
            "outstanding.argmin()]",
        ),
        (
            "all places that stand out are one",
            "regions == regions.flat[outstanding.argmax()]",
            "regions > 0",
        ),
        ("clusters are swapped", ">= there[~members]", "< there[~members]"),
        ("chance alone names a class", "one.outstanding >= most and ", ""),
        ("a place alone names a class", " and one.chance * tests <= level", ""),
        ("the level is not divided", "one.chance * tests", "one.chance"),
        ("images without a class are one", "known = labels >= 0", "known = labels >= -1"),
        ("few images are clustered", "LEAST = 10", "LEAST = 4"),
        ("too few draws for many tests", "max(999, int(np.ceil(tests / level)))", "999"),
    ),
    *faults_of(
        "cnnscope/evaluation/known_marks.py",
        "evaluation/test_known_marks.py",
        (
            "relevance of two signs cancels",
            "np.abs(maps.astype(np.float64))",
            "maps.astype(np.float64)",
        ),
        ("an image without a mark counts", " & marks.any((1, 2))", ""),
        (
            "with and without are swapped",
            '("with", marked), ("without", ~marked)',
            '("with", ~marked), ("without", marked)',
        ),
        ("a class is taken for itself", "_share(others == number)", "_share(own == number)"),
    ),
    *faults_of(
        "cnnscope/evaluation/_shortcut_tables.py",
        "evaluation/test_shortcut_tables.py",
        ("images without the mark count", "rows[marks[rows].any((1, 2))]", "rows"),
        ("methods do not share the level", "criterion.methods * len", "len"),
        ("rows and columns are swapped", "place.any(1 - axis)", "place.any(axis)"),
        (
            "the least separated is shown",
            "(one.separation.chance, -one",
            "(-one.separation.chance, -one",
        ),
        (
            "examples are those of the other cluster",
            "enumerate((inside, ~inside))",
            "enumerate((~inside, inside))",
        ),
        (
            "maps are those of the first method",
            "maps[one.method][rows]",
            "maps[found[0].method][rows]",
        ),
    ),
    *faults_of(
        "cnnscope/figures/shortcuts.py",
        "figures/test_drawn_shortcuts.py",
        ("all classes show the first one's maps", 'details["maps"][number,', 'details["maps"][0,'),
        (
            "the frame is transposed",
            "top, left, bottom, right = box",
            "left, top, right, bottom = box",
        ),
        (
            "sizes of clusters are swapped",
            '(one["inside"], one["outside"])',
            '(one["outside"], one["inside"])',
        ),
        ("another class is taken", 'taken.get(one["class"])', "next(iter(taken.values()), None)"),
    ),
    *faults_of(
        "cnnscope/planning/shortcuts.py",
        "planning/test_planned_shortcuts.py",
        ("methods explain their own targets", " | target)", ")"),
        ("the food is taken for the mark", 'where = {"folder": "marks"}', "where = {}"),
        (
            "marks are known of the user's data",
            'plan.run.settings["demo"]["shortcut"] is not None',
            "True",
        ),
    ),
    *faults_of(
        "cnnscope/planning/loose_pictures.py",
        "planning/test_questions_of_pictures.py",
        ("few pictures are clustered", '{*methods, "shortcuts"}', "{*methods}"),
    ),
]
