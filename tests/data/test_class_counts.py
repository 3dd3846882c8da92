from cnnscope.data.class_counts import class_counts


def test_counts_a_class_and_split_and_their_sum():
    rows = [("training", 0), ("training", 2), ("validation", 2), ("training", 2)]
    assert class_counts(rows, 3) == {
        "all": [1, 0, 3],
        "training": [1, 0, 2],
        "validation": [0, 0, 1],
    }


def test_images_without_a_label_have_a_line_of_their_own():
    rows = [("testing", -1), ("testing", 1), ("training", 0), ("training", 1), ("validation", 0)]
    assert class_counts(rows, 2) == {
        "all": [2, 2, 1],
        "training": [1, 1, 0],
        "validation": [1, 0, 0],
        "testing": [0, 1, 1],
    }
