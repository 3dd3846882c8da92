"""What `cnnscope explain` and `report` become, and which mistakes they name."""

import os
import shutil
from pathlib import Path

import pytest
import yaml

from cnnscope.command import explaining
from cnnscope.command.main import main
from cnnscope.file_address import address_of, path_in

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("folder")


def written(out: str = "explained") -> dict:
    return yaml.safe_load(Path(out, "config.yaml").read_text())


def explain(*words: str) -> None:
    assert main(["explain", *words]) == 0


def test_a_picture_alone_is_explained_by_torchvisions_resnet(snakemake, folder):
    explain("b.png")
    assert written() == {
        "dataset": {"path": address_of(folder / "b.png")},
        "model": {"architecture": "resnet18", "weights": "DEFAULT"},
        "output": address_of(folder / "explained"),
    }
    out = str(folder / "explained")
    where = ["--configfile", f"{out}/config.yaml", "--directory", out]
    assert snakemake == ["--nocolor", *where]


def test_methods_are_the_targets_and_the_questions(snakemake):
    explain("photos", "--methods", "grad_cam, lime,grad_cam", "-o", "out", "--", "--cores", "1")
    assert snakemake[-6:] == ["grad_cam", "lime", "grad_cam", "--cores", "1", "targets"]
    assert written("out")["questions"] == ["grad_cam", "lime"]


@pytest.mark.parametrize(
    ("given", "model"),
    [
        ("--model resnet50", {"architecture": "resnet50", "weights": "DEFAULT"}),
        ("--weights IMAGENET1K_V1", {"architecture": "resnet18", "weights": "IMAGENET1K_V1"}),
        ("--weights net.pth", {"architecture": "resnet18", "checkpoint": "{here}/net.pth"}),
        (
            "--model vgg11 --weights https://there/vgg?id=3",
            {"architecture": "vgg11", "checkpoint": "https://there/vgg?id=3"},
        ),
        (
            "--weights IMAGENET1K_V1 --set model.checkpoint=net.pth",
            {
                "architecture": "resnet18",
                "weights": "IMAGENET1K_V1",
                "checkpoint": "{here}/net.pth",
            },
        ),
        (
            "--model sub/net.py:Net --weights net.pth",
            {"architecture": "{here}/sub/net.py:Net", "checkpoint": "{here}/net.pth"},
        ),
    ],
)
def test_model_and_weights_are_those_of_the_settings(given, model, snakemake, folder):
    (folder / "sub").mkdir()
    (folder / "sub/net.py").write_text("")
    explain("photos", *given.split())
    here = {key: value.format(here=folder) for key, value in model.items()}
    assert written()["model"] == here


def test_an_option_lies_over_set_and_that_over_the_file(snakemake, folder):
    (folder / "l.csv").write_text("file,label\na.png,1\n")
    explain(
        "photos", "--configfile", "mine.yaml", "--set", "lime.samples=20", "--set",
        "model={architecture: vgg11, arguments: {num_classes: 5}}", "--set", "model.sha256=null",
        "--model", "vgg13", "--set", "dataset={labels: l.csv, background: blurred}",
    )  # fmt: skip
    found = written()
    assert found["seed"] == 4 and found["lime"] == {"samples": 20, "kernel_width": 0.5}
    assert found["model"] == {
        "architecture": "vgg13", "arguments": {"num_classes": 5}, "sha256": None,
        "weights": "DEFAULT",
    }  # fmt: skip
    assert found["dataset"]["labels"] == str(folder / "l.csv")
    assert found["dataset"]["background"] == "blurred"


def test_verbose_is_snakemake_itself_and_quiet_says_nothing_of_progress(snakemake, monkeypatch):
    explain("photos", "--quiet")
    assert snakemake[-1] == "quiet"
    became = []
    monkeypatch.setattr(explaining, "become_snakemake", lambda *words: became.append(words))
    explain("photos", "--verbose", "--", "-n")
    assert became[0][0] == ROOT and became[0][-1] == "-n"


def test_the_report_is_a_target_on_the_config_that_was_written(snakemake, folder, capsys):
    explain("photos", "-o", "out")
    page = folder / "out/results/photos/report.html"
    assert main(["report", "-o", "out", "--", "-n"]) == 0
    file = str(folder / "out" / "config.yaml")
    assert snakemake[snakemake.index("--configfile") + 1] == file
    assert snakemake[-3:] == ["report", "-n", "targets"]
    assert capsys.readouterr().out == ""
    page.parent.mkdir(parents=True)
    page.touch()
    assert main(["report", "-o", "out"]) == 0
    assert capsys.readouterr().out == f"cnnscope: the report is {page}\n"


MISTAKES = [
    ("none.png", "PICTURES: there is no picture, folder or archive none.png"),
    ("notes.txt", "notes.txt is no picture, and no archive of pictures alone"),
    ("b.png --weights IMAGENT1K_V1", "resnet18 has no 'IMAGENT1K_V1'; did you mean IMAGENET1K_V1?"),
    ("b.png --weights none.pth", "model.checkpoint: there is no file"),
    ("b.png --model resnet81", "resnet81 has none by name; did you mean resnet18?"),
    ("b.png --model net.py:Net", "--weights: give the file or the address of those of net.py:Net"),
    ("b.png --set lime", "--set: lime is no KEY=VALUE"),
    ("b.png --set lime.sample=3", "unknown key 'lime.sample'; did you mean 'samples'?"),
    ("b.png --set model=3", "config: model: 3 is no object"),
    ("b.png --set lime.samples=x", "lime.samples: 'x' is no integer"),
    ("b.png --configfile none.yaml", "config: none.yaml cannot be read"),
    ("b.png -o notes.txt", "-o: "),
    ("photos -o photos/out", "photos/out lies in "),
    (". --methods lime", "explained lies in "),
    ("b.png -o a{b}", "output: Snakemake reads { and }"),
    ("b.png -- --config seed=2", "settings stand before --: --configfile FILE, --set"),
    ("b.png -- --configfile mine.yaml", "settings stand before --"),
    ("b.png -- --directory there", "--directory: -o OUT says where, before --"),
]


@pytest.mark.parametrize(("call", "said"), MISTAKES)
def test_a_mistake_is_one_line_ends_with_1_and_leaves_nothing(
    call, said, capsys, snakemake, folder
):
    before = sorted(folder.rglob("*"))
    assert main(["explain", *call.split()]) == 1
    out, err = capsys.readouterr()
    assert out == "" and said in err and err.startswith("cnnscope: ") and err.count("\n") == 1
    assert sorted(folder.rglob("*")) == before and snakemake == []


def test_a_dataset_to_train_on_is_no_pictures(capsys, folder):
    for split in ("training", "validation"):
        (folder / "food" / split).mkdir(parents=True)
    assert main(["explain", "food"]) == 1
    assert f"give {folder}/food/validation to explain the images in it" in capsys.readouterr().err


def test_a_folder_of_another_explanation_is_not_mixed_with_this(snakemake, capsys, folder):
    """Its figures would stand beside those of other pictures or of another network."""
    explain("b.png")
    explain("photos")
    records = folder / "explained/results/photos/records"
    records.mkdir(parents=True)
    (records / "figure_maps_grad_cam.json").write_text("{}")
    explain("photos", "--methods", "lime", "--set", "seed=3")
    before = written()
    assert main(["explain", "b.png"]) == 1
    assert f"explained explains {folder}/photos; name another folder" in capsys.readouterr().err
    assert main(["explain", "photos", "--model", "vgg11"]) == 1
    assert "explained explains resnet18 with DEFAULT; name another" in capsys.readouterr().err
    assert written() == before


def test_a_config_that_was_edited_is_another_and_no_traceback(snakemake, capsys, folder):
    explain("b.png")
    (folder / "explained/results/b.png/records").mkdir(parents=True)
    (folder / "explained/results/b.png/records/figure_x.json").touch()
    file = folder / "explained/config.yaml"
    mark = file.read_text().splitlines()[0]
    for content in ("dataset: 3", "model: {}"):
        file.write_text(f"{mark}\n{content}\n")
        assert main(["explain", "b.png"]) == 1
        assert "name another folder with -o" in capsys.readouterr().err


@pytest.mark.parametrize("name", [b"my {photo} it's $x.png", b"caf\xe9.png", b"- a\n.png"])
def test_a_picture_may_have_any_name(name, snakemake, folder):
    file = os.fsdecode(name)
    shutil.copy("b.png", file)
    explain(f"./{file}")
    assert path_in(written()["dataset"]["path"]) == str(folder / file)


def test_a_config_of_the_user_is_not_written_over(snakemake, capsys, folder):
    (folder / "explained").mkdir()
    (folder / "explained/config.yaml").write_text("seed: 1\n")
    assert main(["explain", "b.png"]) == 1
    assert "config.yaml is not of cnnscope explain" in capsys.readouterr().err
    assert written() == {"seed": 1}
    for command in ("why", "verify", "gc", "report"):
        assert main([command]) == 1
        assert "explained holds no explanation" in capsys.readouterr().err
