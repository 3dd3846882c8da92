"""What is asked of pictures without training images: all that can be, and nothing else."""

from pathlib import Path

import pytest
from PIL import Image

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning import answers, charts, drawings
from cnnscope.planning.network import model_settings
from cnnscope.planning.plan import Plan
from cnnscope.planning.publication import everything, publications, questions
from cnnscope.planning.run import read_run

ROOT = Path(__file__).parents[2]
# What needs true classes, and what training images, in the names that people ask for.
OF_LABELS = {"confusion", "confusion_matrix", "class_distribution"}
OF_TRAINING = {"class_support", "training_curves"}


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """The plan of pictures with other settings, and a checkpoint of the user."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.png", "b/c.png", "d.png", "e.png", "f.png", "g.png"):
        (tmp_path / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (8, 8), (len(name), 0, 0)).save(tmp_path / "mine" / name)
    (tmp_path / "net.pth").write_bytes(b"weights")

    def plan(dataset=(), model=(), **given) -> Plan:
        index = ContentIndex(tmp_path / "contents.json")
        network = {"architecture": "resnet18", "checkpoint": "net.pth"}
        given |= {"dataset": {"path": "mine"} | dict(dataset), "model": network | dict(model)}
        return Plan(read_run(given, [], ROOT, index), ROOT, index)

    return plan


def labels(tmp_path: Path, text: str = "a.png,0\nd.png,1\n") -> dict:
    (tmp_path / "l.csv").write_text(f"file,label\n{text}")
    return {"labels": str(tmp_path / "l.csv")}


def test_every_question_without_labels_is_answered_and_every_other_left_out_with_a_reason(planned):
    plan = planned()
    asked = set(questions(plan))
    assert {*plan.run.methods, "filters", "activations", "top_images", "model_summary"} <= asked
    assert not asked & (OF_LABELS | OF_TRAINING)
    left_out = {line.partition(":")[0]: line for line in plan.run.left_out}
    assert left_out.keys() == {"confusion", "class_distribution", "training_curves"}
    assert "the pictures have no labels" in left_out["confusion"]
    made = {result.label for result in everything(plan)}
    assert {"saliency", "lime", "shap", "layers", "model_summary", "sets"} <= made
    read = {source for result in publications(plan) for source in result.sources()}
    assert not {one.rule for one in read} & {"train", "confusion_counts", "class_scores"}


def test_with_labels_who_is_taken_for_whom_is_asked_too(planned, tmp_path):
    plan = planned(labels(tmp_path))
    assert set(questions(plan)) >= OF_LABELS
    assert not set(questions(plan)) & OF_TRAINING
    assert [line.partition(":")[0] for line in plan.run.left_out] == [
        "class_support", "training_curves"
    ]  # fmt: skip
    assert list(plan.run.images("pictures").values()) == [0, -1, 1, -1, -1, -1]
    assert answers.class_scores(plan).inputs.keys() == {"counts"}


def test_the_predicted_class_of_every_picture_is_explained_and_a_few_are_looked_into(planned):
    settings = planned().run.settings
    for method in ("saliency", "lime", "shap", "shortcuts", "deletion", "insertion"):
        if "target" in settings[method]:
            assert settings[method]["target"] == "predicted"
            assert settings[method]["images"] == ["gallery"]
    assert settings["image_sets"] == {
        "gallery": {"split": "pictures", "positions": "all"},
        "few": {"split": "pictures", "positions": [0, 1, 3, 4]},
    }
    assert settings["filters"]["images"] == settings["activations"]["images"] == ["few"]
    assert (settings["lime"]["samples"], settings["shap"]["background"]) == (500, 4)
    assert settings["activations"]["layers"] == {"types": ["Conv2d"]}
    assert settings["confusion"]["split"] == settings["top_images"]["split"] == "pictures"


def test_of_no_more_than_a_few_pictures_all_are_looked_into(planned, tmp_path):
    settings = planned({"path": str(tmp_path / "mine/a.png")}).run.settings
    assert settings["image_sets"].keys() == {"gallery"}
    assert settings["filters"]["images"] == settings["activations"]["images"] == ["gallery"]


def test_what_the_user_asks_otherwise_stays(planned):
    own = {"mine": {"split": "pictures", "positions": [5]}}
    settings = planned(
        saliency={"images": ["mine"], "target": 3}, lime={"target": "true"}, image_sets=own,
        image={"size": 96}, top_images={"count": 2},
    ).run.settings  # fmt: skip
    assert settings["saliency"]["images"] == ["mine"] and settings["saliency"]["target"] == 3
    assert settings["lime"]["target"] == "true" and settings["lime"]["images"] == ["gallery"]
    assert settings["image_sets"].keys() == {"mine", "gallery", "few"}
    assert settings["image"]["size"] == 96 and settings["image"]["fit"] == "crop"
    assert settings["top_images"]["count"] == 2


def test_pictures_are_prepared_as_for_imagenet_and_figures_say_so(planned):
    plan = planned()
    image = plan.run.settings["image"]
    assert (image["size"], image["resize"], image["fit"]) == (224, 256, "crop")
    assert image["mean"] == [0.485, 0.456, 0.406] and image["std"] == [0.229, 0.224, 0.225]
    said = drawings.samples(plan).parameters["seen"]
    assert said == "what the network saw: centre 224 × 224 of the photographs resized to 256"


def test_the_number_of_classes_is_the_network_s_own_unless_it_is_given(planned, tmp_path):
    (tmp_path / "names.txt").write_text("bread\n\negg \n")
    for given, number, names in (
        (None, None, []), (10, 10, []), (["a", "b"], 2, ["a", "b"]),
        ("names.txt", 2, ["bread", "egg"]),
    ):  # fmt: skip
        plan = planned({"classes": given})
        assert model_settings(plan)["model"]["classes"] == number
        assert list(plan.run.classes) == names


def test_a_background_of_training_images_gives_way_to_blurred_copies(planned, tmp_path):
    (tmp_path / "grey").mkdir()
    Image.new("RGB", (8, 8), (9, 9, 9)).save(tmp_path / "grey" / "a.png")
    found = {}
    for asked in (None, "blurred", "pictures", str(tmp_path / "grey")):
        plan = planned({"background": asked})
        pool, kind = answers.background_of(plan)
        (part,) = answers.attribution_shards(plan, "shap", "gallery", plan.run.settings["shap"])
        assert part.inputs["background"].result is pool
        assert part.parameters["background"] == kind
        found[asked] = part.key
    assert found[None] == found["blurred"]
    assert len(set(found.values())) == 3
    with pytest.raises(UserError, match="training, but there are only pictures"):
        publications(planned({"background": "training"}))


def test_another_picture_in_the_folder_of_the_background_is_another_background(planned, tmp_path):
    (tmp_path / "grey").mkdir()
    keys = []
    for shade in (9, 10):
        Image.new("RGB", (8, 8), (shade,) * 3).save(tmp_path / "grey" / f"{shade}.png")
        plan = planned({"background": str(tmp_path / "grey")})
        keys.append(answers.attribution(plan, "shap").key)
    assert keys[0] != keys[1]


def test_lime_s_figure_has_no_matrix_where_nobody_knows_the_truth(planned, tmp_path):
    for dataset, inputs in (({}, set()), (labels(tmp_path), {"counts", "mixups"})):
        plan = planned(dataset)
        (figure,) = questions(plan)["lime"]
        assert figure.inputs.keys() & {"counts", "mixups"} == inputs
    assert charts.chart(planned(), "confusion_matrix") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": {"checkpoint": None}}, "model.checkpoint: mine holds pictures and no training/"),
        ({"questions": ["confusion"]}, "questions: confusion cannot be answered, for the pictures"),
        ({"dataset": {"classes": "none.txt"}}, "dataset.classes: none.txt cannot be read"),
        ({"dataset": {"layout": "flat"}}, "mine/training is missing"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(planned, given, said):
    with pytest.raises(UserError) as refused:
        planned(**given)
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_labels_go_with_pictures_alone(planned, tmp_path):
    for name in ("training/0_1.png", "validation/0_1.png"):
        (tmp_path / "mine" / name).parent.mkdir()
        Image.new("RGB", (8, 8)).save(tmp_path / "mine" / name)
    with pytest.raises(UserError, match=r"dataset.labels: goes with pictures; mine is laid out"):
        planned(labels(tmp_path))


def test_another_label_counts_anew(planned, tmp_path):
    one, other = (planned(labels(tmp_path, text)) for text in ("a.png,0\n", "a.png,1\n"))
    assert answers.confusion(one).key != answers.confusion(other).key
