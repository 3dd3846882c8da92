from cnnscope.figures.class_distribution import draw
from cnnscope.figures.style import save


def test_bars_are_the_counts_and_what_has_no_label_is_told():
    rows = [
        {"label": "0", "class": "angry", "all": "1200", "training": "1000", "testing": "0"},
        {"label": "1", "class": "disgust", "all": "12", "training": "10", "testing": "0"},
        {"label": "-1", "class": "no label", "all": "7", "training": "0", "testing": "7"},
    ]
    figure = draw(rows)
    axes = figure.axes[0]
    drawn = {bars.get_label(): [bar.get_height() for bar in bars] for bars in axes.containers}
    assert drawn == {"whole dataset (1,212)": [1200, 12], "training (1,010)": [1000, 10]}
    assert [text.get_text() for text in axes.texts] == ["1,200", "12", "1,000", "10"]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["angry", "disgust"]
    assert axes.get_title() == "7 images without a label are not shown"


def test_a_dollar_sign_in_a_name_is_no_formula(tmp_path):
    figure = draw([{"label": "0", "class": "$\\frac{$", "all": "1", "training": "1"}])
    save(figure, tmp_path / "a.png", {"format": "png", "dpi": 50})
    assert (tmp_path / "a.png").stat().st_size > 1000
