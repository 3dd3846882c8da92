"""Faults in the report: what is embedded, what it is named, when it is made anew."""

from mutation import faults_of

REPORT = [
    *faults_of(
        "cnnscope/report/embedding.py",
        "report/test_report_maps.py",
        ("values are cut and not rounded", "/ scale).round()", "/ scale)"),
        ("what is no number becomes 0", "np.iinfo(kind).min, kind)", "0, kind)"),
    ),
    *faults_of(
        "cnnscope/report/class_maps.py",
        "report/test_report_maps.py",
        (
            "every class has the values of the first",
            'details["values"][number, place].sum(0)',
            'details["values"][number, 0].sum(0)',
        ),
        (
            "every class has the weights of the first",
            'details["weights"][number, place][segments]',
            'details["weights"][number, 0][segments]',
        ),
        (
            "values that do not add up are shown",
            "residual is None or residual <= LARGEST",
            "residual is None or True",
        ),
    ),
    *faults_of(
        "cnnscope/report/explained.py",
        "report/test_report_maps.py",
        ("an image of another set is shown", "places[name] += 1", "places[name] += 2"),
        (
            "every map has the scores of the first image",
            "source.scores[row]",
            "source.scores[0]",
        ),
        (
            "every class has the scores of the target",
            "if number == target else []",
            "if True else []",
        ),
        ("all images are shown", "enumerate(index[:most])", "enumerate(index)"),
        ("an image says what another is", "line = source.index[row]", "line = source.index[0]"),
        (
            "what is likeliest comes last",
            'np.argsort(-shares, kind="stable")',
            'np.argsort(shares, kind="stable")',
        ),
        (
            "classes have scales of their own",
            "np.stack([one for _, one in found])",
            "found[0][1][None]",
        ),
    ),
    *faults_of(
        "cnnscope/report/confusion.py",
        "report/test_report_page.py",
        (
            "rows and columns are exchanged",
            "members.get((down, across), ())",
            "members.get((across, down), ())",
        ),
        (
            "what is right comes before mix-ups",
            "(rank, down == across, row)",
            "(rank, down != across, row)",
        ),
        (
            "one cell takes the room of all",
            "(rank, down == across, row)",
            "(down == across, rank, row)",
        ),
        (
            "photographs of the first split stand in for others",
            "place -= len(images)",
            "place -= 1",
        ),
    ),
    *faults_of(
        "cnnscope/report/page.py",
        "report/test_report_page.py",
        ("names are taken for HTML", "autoescape=True", "autoescape=False"),
    ),
    *faults_of(
        "cnnscope/report/captions.py",
        "report/test_report_page.py",
        ("captions are taken for HTML", "else escape(part)", "else Markup(part)"),
    ),
    *faults_of(
        "cnnscope/report/scoreboard.py",
        "report/test_report_page.py",
        (
            "a score that is missing is a number",
            "    if mean != mean:\n        return _missing()\n",
            "",
        ),
    ),
    *faults_of(
        "cnnscope/planning/report.py",
        "planning/test_planned_report.py",
        ("figures that nobody asked for are shown", "if row.result in made", "if row.result"),
        (
            "the scoreboard's maps have the scores of another method",
            "[scored(plan)[one.method] for one in columns]",
            "[scored(plan)[one.method] for one in columns[::-1]]",
        ),
        (
            "a changed style leaves the page as it is",
            'code={"files": _parts(), "libraries": {}}',
            "code={}",
        ),
        (
            "settings of what is not asked are shown",
            "dict.fromkeys((*questions, *metrics))",
            "dict.fromkeys(settings)",
        ),
    ),
]
