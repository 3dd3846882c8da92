"""The figure of the interventions: every number in its row and its column."""

from cnnscope.figures.interventions import draw

MEANS = {
    ("network", "BI"): (0.9, 0.8, 1.0, 7, ""),
    ("lime", "TS"): (0.75, 0.6, 0.85, 4, "0.5"),
    ("lime", "SD"): (0.625, 0.5, 0.8, 7, "0.5"),
    ("lime", "PC"): (0.25, 0.0, 0.5, 6, "0.125"),
    ("random", "SD"): (0.375, 0.25, 0.55, 7, "0.5"),
    ("random", "PC"): (0.125, 0.0, 0.3, 6, "0.125"),
}
ROWS = [
    {"method": method, "protocol": protocol}
    | dict(zip(("mean", "low", "high", "n", "chance"), map(str, numbers), strict=True))
    for (method, protocol), numbers in MEANS.items()
] + [
    {
        "method": "random",
        "protocol": "TS",
        "mean": "",
        "low": "",
        "high": "",
        "n": "0",
        "chance": "",
    }
]


def test_each_mean_stands_in_the_row_of_its_method_and_the_column_of_its_protocol():
    figure = draw(ROWS)
    columns = {axes.get_title().split("\n")[0]: axes for axes in figure.axes}
    assert list(columns) == ["SD", "PC", "TS", "BI"]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["lime", "random", "network"]
    for protocol, axes in columns.items():
        drawn = [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines]
        chance = {numbers[4] for (_, name), numbers in MEANS.items() if name == protocol} - {""}
        assert [xs for xs, ys in drawn if ys == [0, 1]] == [[float(one)] * 2 for one in chance]
        shown = {method: n for (method, name), n in MEANS.items() if name == protocol}
        assert len(drawn) == 2 * len(shown) + len(chance)
        for method, (mean, low, high, number, _) in shown.items():
            place = labels.index(method)
            assert ([mean], [place]) in drawn and ([low, high], [place, place]) in drawn
            assert f"{mean:.2f} ({number})" in [text.get_text() for text in axes.texts]
