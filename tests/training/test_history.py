import math

import pytest

from cnnscope.errors import UserError
from cnnscope.training.history import read_history


@pytest.fixture
def write(tmp_path):
    def written(text: str):
        file = tmp_path / "history.csv"
        file.write_text(text)
        return file

    return written


@pytest.mark.parametrize(
    "header",
    [
        "epoch,training_loss,training_accuracy,validation_loss,validation_accuracy",
        "epoch,loss,accuracy,val_loss,val_accuracy",
        "Epoch,Train Loss,train/acc,Valid Loss,valAcc".replace("valAcc", "val-Acc"),
    ],
)
def test_columns_are_known_by_the_words_of_their_names(write, header):
    (point,) = read_history(write(f"{header}\n3,1.5,0.25,2.5,0.125\n"))
    assert point == {
        "epoch": 3, "training_loss": 1.5, "training_accuracy": 0.25, "validation_loss": 2.5,
        "validation_accuracy": 0.125,
    }  # fmt: skip


def test_other_columns_are_left_alone(write):
    (point,) = read_history(write("step,lr,test_loss,batch_time,val_loss\n1,x,9,y,2\n"))
    assert point == {"step": 1, "validation_loss": 2}


def test_percent_becomes_shares_and_rows_stand_in_order(write):
    points = read_history(write("epoch,acc,val_acc\n2,60,55\n1,0.9,\n"))
    assert [point["epoch"] for point in points] == [1, 2]
    assert points[0]["training_accuracy"] == pytest.approx(0.009)
    assert math.isnan(points[0]["validation_accuracy"])
    assert points[1]["validation_accuracy"] == 0.55


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("epoch,loss\n", "has no row below its header"),
        ("loss,val_loss\n1,2\n", "needs a column step or epoch .* it has loss, val_loss"),
        ("epoch,lr\n1,2\n", "at least one of training_loss, .* it has epoch, lr"),
        ("epoch,train_loss,loss\n1,2,3\n", "two columns for training loss: train_loss, loss"),
        ("epoch,loss\n1,2\n2,low\n", r"history.csv, line 3: loss is 'low', no number"),
        ("epoch,loss\n1,2\n,3\n", "has a row without epoch"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(write, text, said):
    with pytest.raises(UserError, match=said):
        read_history(write(text))
