"""How well methods tell what objects are worth: a row a method, a column a protocol."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from cnnscope.figures.chart import Chart

CHART = Chart(
    title="interventions",
    category="Scores",
    caption="Attributions held to what the network makes of the demo's pictures painted again "
    "without some of their objects; 1 is best. **SD**: the ranks of what each object is worth and "
    "of what the map gives it agree. **PC**, **DC**: the objects that the map calls important "
    "alone keep the prediction; without them it changes. **D**: objects that are worth nothing are "
    "not called important. **TS**: the maps of two classes differ where it matters to them. "
    "**BI**, of the network alone: what cannot tell the class is worth nothing. The bar is the "
    "interval in which the mean lies in 95 of 100 draws of the pictures, beside it their number. "
    "The dashed line is the level of chance: 0.5 by proof (SD, TS), or what the control random "
    "reaches (PC, DC, D). A map that does not follow the class has a TS of 0. Hesse, Schaub-Meyer, "
    "Roth 2023, FunnyBirds, https://arxiv.org/abs/2308.06248.\n\n"
    "Changed by: the settings section ``interventions``, and those of the methods.",
    reads={"rows": "interventions.table"},
)
_TITLES = {
    "SD": "SD\nsingle deletion",
    "PC": "PC\npreservation",
    "DC": "DC\ndeletion",
    "D": "D\ndistractibility",
    "TS": "TS\ntarget sensitivity",
    "BI": "BI\nbackground\nindependence",
}


def draw(rows: Sequence[Mapping[str, str]]) -> Figure:
    """A row a method in the order of the table, the network last; a column a protocol.

    Args:
        rows: `method`, `protocol`, `mean`, `low`, `high`, `n` and `chance` of each method and
            protocol; numbers from 0 to 1, empty where there is none.
    """
    methods = list(dict.fromkeys(row["method"] for row in rows))
    methods.sort(key=lambda method: method == "network")
    protocols = [name for name in _TITLES if any(row["protocol"] == name for row in rows)]
    figure, columns = plt.subplots(
        1, len(protocols), sharey=True, squeeze=False, layout="constrained",
        figsize=(2.0 + 1.35 * len(protocols), 1.9 + 0.32 * len(methods)),
    )  # fmt: skip
    for axes, protocol in zip(columns[0], protocols, strict=True):
        shown = {row["method"]: row for row in rows if row["protocol"] == protocol and row["mean"]}
        for place, method in enumerate(methods):
            if method in shown:
                _show(axes, place, shown[method])
        chance = next((row["chance"] for row in shown.values()), "")
        if chance:
            axes.axvline(float(chance), color="0.4", ls="--", lw=1, zorder=0)
        axes.set_title(_TITLES[protocol], fontsize=8)
        axes.set_xlim(-0.05, 1.05)
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"], fontsize=7)
        axes.grid(axis="y", color="0.9", lw=0.6)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    columns[0, 0].set_yticks(range(len(methods)), methods, fontsize=8)
    columns[0, 0].set_ylim(len(methods) - 0.5, -0.6)
    figure.suptitle("What objects are worth, and what maps say of it", fontsize=10)
    figure.supxlabel("score (1 is best); dashed: chance", fontsize=8)
    return figure


def _show(axes: Axes, place: int, row: Mapping[str, str]) -> None:
    """The mean, its interval, and how many pictures they are of."""
    mean, low, high = (float(row[key]) for key in ("mean", "low", "high"))
    axes.plot([low, high], [place, place], color="C0", lw=2)
    axes.plot([mean], [place], "D", color="C0", ms=4.5)
    axes.annotate(
        f"{mean:.2f} ({row['n']})", (mean, place), (0, 4), textcoords="offset points",
        ha="center", va="bottom", fontsize=5.5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.2},
    )  # fmt: skip
