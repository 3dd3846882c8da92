import numpy as np
import pytest

from cnnscope.data.pixel_table import cut_validation, index_rows, is_pixel_table, read_rows
from cnnscope.errors import UserError


def write(file, *rows, header="label,feature", end="\n"):
    file.write_bytes(end.join([header, *rows, ""]).encode())
    return file


def test_the_course_s_layout_is_read(tmp_path):
    file = write(tmp_path / "t.csv", "3,0 1 2 255", "0,9 8 7 6")
    index = index_rows(file)
    assert index["side"] == 2
    assert [row[:3] for row in index["rows"]] == [[2, 3, None], [3, 0, None]]
    assert index["bad"] == []
    images = dict(read_rows(file, {3: 0, 2: 1}))
    assert images[1].tolist() == [[0, 1], [2, 255]]
    assert images[0].tolist() == [[9, 8], [7, 6]]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("emotion,pixels,Usage", "2,1 2 3 4,PublicTest"),
        ("emotion, Usage, pixels", "2,PublicTest, 1 2 3 4"),
        ('"emotion","pixels","Usage"', '"2","1 2 3 4","PublicTest"'),
        ("\ufeffemotion,pixels,Usage", "2,1  2 3 4 ,PublicTest"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_kaggle_s_layout_is_read_as_programs_write_it(tmp_path, header, row, end):
    file = write(tmp_path / "t.csv", row, header=header, end=end)
    assert is_pixel_table(file)
    assert [one[:3] for one in index_rows(file)["rows"]] == [[2, 2, "validation"]]
    assert next(read_rows(file, {2: 0}))[1].tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("0,1 2 3", "3 pixels, not 4"),
        ("0,1 2 3 4 5", "5 pixels, not 4"),
        ("0,1 2 3 4 5 6 7 8 9", "9 pixels, not 4, as most rows"),
        ("0,", "0 pixels, not 4"),
        ("0,1 2 x 4", "pixel 'x' is no number from 0 to 255"),
        ("0,1 2 3 256", "pixel '256' is no number from 0 to 255"),
        ("0,1 2 3 -1", "pixel '-1'"),
        ("0,1 2 3 4.5", "pixel '4.5'"),
        ("0,1 2 3 nan", "pixel 'nan'"),
        ("-1,1 2 3 4", "label '-1' is no class number"),
        ("happy,1 2 3 4", "label 'happy' is no class number"),
        (",1 2 3 4", "label '' is no class number"),
        ("0", "1 fields, not 2"),
        ("0,1 2 3 4,Training", "3 fields, not 2"),
        ('0,"1 2 3', "3 pixels, not 4"),
        ("0,1 2 3 \udcff", "pixel"),
    ],
)
def test_a_bad_row_is_named_by_its_line_and_takes_no_other_with_it(tmp_path, row, said):
    good = ("1,1 2 3 4", "", "1,5 6 7 8")
    lines = ["label,feature", good[0], good[1], row, good[2]]
    (tmp_path / "t.csv").write_bytes("\n".join(lines).encode(errors="surrogateescape"))
    index = index_rows(tmp_path / "t.csv")
    assert [one[0] for one in index["rows"]] == [2, 5]
    assert [line for line, _ in index["bad"]] == [4]
    assert said in index["bad"][0][1]


def test_a_usage_that_nobody_knows_is_a_bad_row(tmp_path):
    file = write(tmp_path / "t.csv", "0,1 2 3 4,Trainig", header="emotion,pixels,Usage")
    assert index_rows(file)["bad"] == [
        [2, "Usage 'Trainig' is none of Training, PublicTest, PrivateTest"]
    ]


@pytest.mark.parametrize("header", ["id,feature", "label", "0,1 2 3 4", "", "label,label"])
def test_another_header_is_refused_with_those_that_are_known(tmp_path, header):
    file = write(tmp_path / "t.csv", "0,1 2 3 4", header=header)
    assert not is_pixel_table(file)
    with pytest.raises(UserError, match="label,feature or emotion,pixels,Usage"):
        index_rows(file)


def test_the_first_row_does_not_decide_what_is_short(tmp_path):
    file = write(tmp_path / "t.csv", "0,1", "0,1 2 3 4", "1,1 2 3 4")
    assert index_rows(file)["bad"] == [[2, "1 pixels, not 4, as most rows"]]


def test_rows_that_make_no_square_are_all_bad(tmp_path):
    file = write(tmp_path / "t.csv", "0,1 2 3", "0,1 2 3")
    index = index_rows(file)
    assert index["rows"] == []
    assert index["bad"][1] == [3, "3 pixels, not a square number"]


def test_the_cut_takes_the_same_share_of_each_class_by_chance():
    labels = np.repeat([0, 1, 2, 3], [100, 20, 2, 1])
    cut = cut_validation(labels, 0.2, seed=0)
    assert np.bincount(labels[cut], minlength=4).tolist() == [20, 4, 1, 0]
    assert cut.tolist() == cut_validation(labels, 0.2, seed=0).tolist()
    assert cut.tolist() != cut_validation(labels, 0.2, seed=1).tolist()
    assert cut_validation(labels, 0.99, seed=0)[:120].sum() == 99 + 19
