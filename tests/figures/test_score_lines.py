"""The line below a map has the scores of that map."""

from cnnscope.figures.score_lines import score_lines, trust_line

FACTS = {
    "metrics": {"deletion": {"title": "Deletion"}, "road_morf": {"title": "ROAD MoRF"}},
    "trust": "Do not trust these maps with what the network uses.",
}
ROWS = [
    {"deletion score": "0.123", "road_morf score": "0.9", "deletion blurred": "7"},
    {"deletion score": "0.456", "road_morf score": "nan", "deletion blurred": "8"},
    {"deletion score": "1", "road_morf score": "-0.2", "deletion blurred": "9"},
]


def plain(lines: list[str]) -> list[str]:
    return [line.replace("\u00a0", " ") for line in lines]


def test_each_map_has_its_own_scores_and_a_metric_without_one_is_left_out():
    assert plain(score_lines(ROWS, FACTS, 3, 40)) == [
        "deletion 0.12, road morf 0.90",
        "deletion 0.46",
        "deletion 1.00, road morf -0.20",
    ]
    assert len(score_lines(ROWS, FACTS, 2, 40)) == 2


def test_a_line_is_broken_between_metrics_alone():
    assert plain(score_lines(ROWS, FACTS, 1, 20)) == ["deletion 0.12,\nroad morf 0.90"]


def test_without_scores_the_lines_are_empty():
    assert score_lines(None, None, 3, 20) == ["", "", ""]
    assert trust_line(None, 20) == trust_line(FACTS | {"trust": ""}, 20) == []


def test_the_sentence_is_told_in_lines_that_find_room():
    (line,) = trust_line(FACTS, 30)
    assert line == "Do not trust these maps with\nwhat the network uses."
