"""What weights by name settle, and what stays the user's."""

from pathlib import Path

import pytest
from PIL import Image

from cnnscope.data.fingerprint import ContentIndex
from cnnscope.errors import UserError
from cnnscope.planning.network import downloaded, own_code
from cnnscope.planning.plan import Plan
from cnnscope.planning.pretrained import fill_from_weights, named_weights
from cnnscope.planning.run import Run, read_run

ROOT = Path(__file__).parents[2]
MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
RESNET = {"architecture": "resnet50", "weights": "IMAGENET1K_V2"}
ADDRESS = "https://download.pytorch.org/models/resnet50-11ad3fa6.pth"


@pytest.fixture
def index(tmp_path):
    return ContentIndex(tmp_path / "contents.json")


@pytest.fixture
def read(index):
    def read(**given) -> Run:
        return read_run(given, [], ROOT, index)

    return read


def refusal(read, **given) -> str:
    with pytest.raises(UserError) as caught:
        read(**given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["IMAGENET1K_V2", "DEFAULT"])
def test_a_name_settles_the_file_its_hash_the_preprocessing_and_the_arguments(read, name):
    settings = read(model={"architecture": "resnet50", "weights": name}).settings
    assert settings["model"]["checkpoint"] == ADDRESS
    assert settings["model"]["sha256"] == "11ad3fa6"
    assert settings["model"]["arguments"] == {"num_classes": 1000}
    preset = {"size": 224, "fit": "crop", "resize": 232, "interpolation": "bilinear"}
    assert settings["image"].items() >= (preset | {"mean": MEAN, "std": STD}).items()
    swin = {"architecture": "swin_v2_t", "weights": name.replace("V2", "V1")}
    image = read(model=swin).settings["image"]
    assert (image["size"], image["resize"], image["interpolation"]) == (256, 260, "bicubic")


def test_what_the_user_gives_stays(read, tmp_path):
    (tmp_path / "mine.pth").touch()
    own = {"checkpoint": str(tmp_path / "mine.pth"), "sha256": "a" * 64, "arguments": {"groups": 2}}
    settings = read(model=RESNET | own, image={"size": 64, "mean": [0, 0, 0]}).settings
    assert settings["image"]["size"] == 64, "also where it is what config.yaml ships"
    assert settings["image"]["mean"] == [0, 0, 0] and settings["image"]["std"] == STD
    assert settings["model"]["checkpoint"] == own["checkpoint"]
    assert settings["model"]["sha256"] == own["sha256"]
    assert settings["model"]["arguments"] == {"num_classes": 1000, "groups": 2}


@pytest.mark.parametrize(
    ("own", "image"),
    [
        ({"size": 96}, {"size": 96, "fit": "crop", "resize": None}),
        ({"fit": "pad"}, {"size": 224, "fit": "pad", "resize": None}),
        ({"fit": "stretch"}, {"size": 224, "fit": "stretch", "resize": None}),
        ({"resize": 300}, {"size": 224, "fit": "crop", "resize": 300}),
        ({"interpolation": "nearest"}, {"fit": "crop", "resize": 232, "interpolation": "nearest"}),
    ],
)
def test_a_photograph_is_resized_for_the_square_that_is_cut_from_it(read, own, image):
    assert read(model=RESNET, image=own).settings["image"].items() >= image.items()


def test_what_was_edited_in_config_yaml_itself_is_the_users(read):
    run = read(model={"architecture": "resnet50"})
    edited = run.settings | {"image": run.settings["image"] | {"size": 96}}
    edited["model"] = edited["model"] | {"weights": "DEFAULT"}
    fill_from_weights(edited, {}, {"image": run.settings["image"]})
    assert edited["image"]["size"] == 96 and edited["image"]["mean"] == MEAN


def test_a_network_is_built_as_its_weights_need_it():
    assert named_weights("vit_h_14", "IMAGENET1K_SWAG_E2E_V1").arguments["image_size"] == 518
    assert named_weights("googlenet", "DEFAULT").arguments["transform_input"] is True


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (
            {"weights": "IMAGENET1K_V3"},
            "resnet50 has no 'IMAGENET1K_V3'; did you mean IMAGENET1K_V",
        ),
        ({"weights": "imagenet1k_v2"}, "did you mean IMAGENET1K_V2? Else there are DEFAULT, IMAG"),
        (
            {"weights": "mine"},
            "resnet50 has no 'mine'; there are DEFAULT, IMAGENET1K_V1, IMAGENET1",
        ),
        ({"architecture": "resnt50"}, "resnt50 has none by name; did you mean resnet50?"),
        ({"architecture": "food_cnn"}, "food_cnn has none by name; give its file or address"),
        ({"architecture": "a.py:Net"}, "a.py:Net has none by name"),
        ({"weights": 3}, "model.weights: 3 is no string or null"),
        # Its file has no classifier.
        ({"architecture": "vgg16", "weights": "IMAGENET1K_FEATURES"}, "vgg16 has no 'IMAGENET1K_F"),
    ],
)
def test_a_name_that_is_none_is_told_in_one_line(read, model, said):
    assert said in refusal(read, model=RESNET | model)


def draw(folder: Path, *names: str) -> dict:
    for split in ("training", "validation"):
        for name in names:
            (folder / split / name).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (8, 8)).save(folder / split / name)
    return {"path": str(folder)}


def test_numbers_are_named_as_the_weights_name_them(read, tmp_path):
    dataset = draw(tmp_path / "d", "0_0.png", "281_0.png")
    run = read(dataset=dataset, model=RESNET)
    assert len(run.classes) == 1000 and run.classes[281] == "tabby"
    assert run.images("training") == {"0_0.png": 0, "281_0.png": 281}
    assert len(read(dataset=dataset).classes) == 282
    named = [str(number) for number in range(300)]
    assert read(dataset=dataset | {"classes": named}, model=RESNET).classes == named
    head = RESNET | {"arguments": {"num_classes": 300}}
    assert read(dataset=dataset, model=head).classes[281] == "281", "other classes"
    few = draw(tmp_path / "few", "0_0.png", "1_0.png")
    (tmp_path / "few" / "classes.txt").write_text("ja\nnein\n")
    assert read(dataset=few, model=RESNET).classes == ["ja", "nein"]
    many = draw(tmp_path / "many", "1000_0.png")
    assert read(dataset=many, model=RESNET).classes[-1] == "1000"


def test_folders_called_as_classes_of_the_weights_are_those_classes(read, tmp_path):
    dataset = draw(tmp_path / "d", "tabby/a.png", "goldfish/b.png") | {"layout": "folders"}
    run = read(dataset=dataset, model=RESNET)
    assert run.images("training") == {"goldfish/b.png": 1, "tabby/a.png": 281}
    assert len(run.classes) == 1000
    other = draw(tmp_path / "e", "tabby/a.png", "mine/b.png") | {"layout": "folders"}
    assert read(dataset=other, model=RESNET).classes == ["mine", "tabby"]


def test_runs_of_other_names_and_images_share_one_download(read, index):
    plans = [
        Plan(read(run=name, image=image, model=RESNET), ROOT, index)
        for name, image in (("a", {}), ("b", {}), ("c", {"size": 96}))
    ]
    assert len({downloaded(plan).key for plan in plans}) == 1
    parameters = downloaded(plans[0]).parameters
    assert parameters["sha256"] == "11ad3fa6" and len(parameters["address"]) == 64
    mirror = {"checkpoint": "https://mirror/resnet50.pth"}
    other = downloaded(Plan(read(model=RESNET | mirror), ROOT, index))
    assert other.key != downloaded(plans[0]).key, "a few digits are no identity"
    assert other.parameters["sha256"] == "11ad3fa6", "a mirror is checked, too"


def test_only_its_own_library_counts_for_a_network(read, index):
    def libraries(architecture: str) -> dict:
        run = read(model={"architecture": architecture})
        return own_code(Plan(run, ROOT, index))["libraries"]

    assert list(libraries("resnet50")) == ["torchvision"]
    assert libraries("food_cnn") == {}
    assert libraries("timm/resnet50").keys() <= {"timm"}


TRAINED = {"size": 288, "mean": MEAN, "std": STD}


@pytest.mark.parametrize(
    ("architecture", "weights", "file"),
    [
        ("timm/resnet50.a1_in1k", "pretrained", "timm/resnet50.a1_in1k/resolve/main"),
        ("timm/resnet50", "a1_in1k", "timm/resnet50.a1_in1k/resolve/main"),
        ("hf-hub:org/net", "pretrained", "org/net/resolve/main"),
        ("hf-hub:org/net@v2", "pretrained", "org/net/resolve/v2"),
    ],
)
def test_weights_of_timm_lie_on_the_hub(read, architecture, weights, file):
    model = {"architecture": architecture, "weights": weights}
    settings = read(model=model, image=TRAINED).settings
    assert settings["model"]["checkpoint"] == f"https://huggingface.co/{file}/model.safetensors"
    assert settings["image"].items() >= TRAINED.items()
    assert settings["model"]["sha256"] is None and settings["model"]["arguments"] == {}


@pytest.mark.parametrize("missing", ["size", "mean", "std"])
def test_what_nothing_tells_of_weights_has_to_be_given(read, missing):
    model = {"architecture": "timm/resnet50.a1_in1k", "weights": "pretrained"}
    image = {key: value for key, value in TRAINED.items() if key != missing}
    message = refusal(read, model=model, image=image)
    assert message.startswith(f"image.{missing}: nothing tells it of timm/resnet50.a1_in1k")


def test_a_tag_has_to_be_named(read):
    model = {"architecture": "timm/resnet50", "weights": "pretrained"}
    assert "name the tag of one" in refusal(read, model=model, image=TRAINED)
    model = {"architecture": "hf-hub:org/net", "weights": "a1"}
    assert "only 'pretrained'" in refusal(read, model=model, image=TRAINED)
