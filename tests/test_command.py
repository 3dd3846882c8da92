"""The command `cnnscope`: what a call becomes, and what a wrong one is told."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

from cnnscope.command import explaining, terminal
from cnnscope.command.main import main
from cnnscope.file_address import address_of, path_in
from cnnscope.planning.methods import declared_methods, declared_metrics

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with two pictures, something else, a config and a file that could be weights."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos").mkdir()
    for name in ("photos/a.png", "b.png"):
        Image.fromarray(np.zeros((20, 30, 3), np.uint8)).save(name)
    (tmp_path / "notes.txt").write_text("none")
    (tmp_path / "net.pth").write_bytes(b"weights")
    (tmp_path / "mine.yaml").write_text("seed: 4\nlime: {samples: 30, kernel_width: 0.5}\n")
    return tmp_path


@pytest.fixture
def snakemake(monkeypatch) -> list[str]:
    """The arguments of the Snakemake that the command runs."""
    arguments: list[str] = []

    def run(command: list[str], notices: list[str], *, quiet: bool, targets: bool) -> int:
        own = command[command.index(str(ROOT / "profiles/default")) + 1 :]
        arguments[:] = [*own, *["quiet"] * quiet, *["targets"] * targets]
        return 0

    monkeypatch.setattr(explaining, "watch", run)
    return arguments


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
            "--model vgg11 --weights https://there/vgg.bin",
            {"architecture": "vgg11", "checkpoint": "https://there/vgg.bin"},
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


def test_the_report_is_a_target_on_the_config_that_was_written(snakemake, folder):
    explain("photos", "-o", "out")
    assert main(["report", "-o", "out", "--", "-n"]) == 0
    file = str(folder / "out" / "config.yaml")
    assert snakemake[snakemake.index("--configfile") + 1] == file
    assert snakemake[-3:] == ["report", "-n", "targets"]


WRONG_CALLS = [
    ("", "usage: cnnscope"),
    ("explian b.png", "unknown command 'explian'; did you mean explain?"),
    ("explain", "PICTURES is missing"),
    ("explain b.png --metods lime", "unknown option '--metods'; did you mean --methods?"),
    ("explain b.png --method lime", "unknown option '--method'; did you mean --methods?"),
    ("explain b.png --methods gradcam", "--methods: unknown method 'gradcam'; did you mean grad_"),
    ("explain b.png --methods", "--methods: expected one argument"),
    ("explain b.png photos", "photos is one word too many: put several pictures into a folder"),
    ("explain b.png --quiet --verbose", "--verbose: not allowed with argument --quiet"),
    ("explain b.png --quiet=yes", "--quiet: ignored explicit argument 'yes'"),
    ("settings lmie", "unknown section 'lmie'; did you mean lime?"),
    ("settings lime.sample", "unknown setting 'lime.sample'; did you mean lime.samples?"),
    ("completion csh", "unknown shell 'csh'; did you mean zsh?"),
    ("why -- -n", "why hands nothing on to Snakemake: leave out -- -n"),
]


@pytest.mark.parametrize(("call", "said"), WRONG_CALLS)
def test_a_wrong_call_is_one_line_and_ends_with_2(call, said, capsys, folder):
    try:
        code = main(call.split())
    except SystemExit as end:
        code = end.code
    out, err = capsys.readouterr()
    assert code == 2 and out == "" and said in err
    assert not call or (err.startswith("cnnscope: ") and err.count("\n") == 1)
    assert not (folder / "explained").exists()


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


def test_the_lists_hold_all_that_is_declared_and_the_settings_their_values(capsys):
    assert main(["methods"]) == main(["metrics"]) == main(["settings", "lime"]) == 0
    said = capsys.readouterr().out
    first = {line.split(" ")[0] for line in said.splitlines()}
    assert declared_methods().keys() | declared_metrics().keys() <= first
    assert "lime.samples: integer, at least 10; default 1000\n    perturbed copies" in said
    assert "lime.segmentation.method: slic, quickshift, felzenszwalb; needed" in said
    assert main(["settings", "image.size"]) == main(["settings"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("image.size: integer, at least 8") and said[2].startswith("run ")
    assert [line.split(" ")[0] for line in said].count("image") == 1


@pytest.mark.parametrize(
    ("terminal_there", "variables", "wanted"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_a_terminal_that_wants_them(terminal_there, variables, wanted, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal_there)
    assert terminal.coloured(sys.stdout) == wanted
    assert ("\033[1mlime\033[0m  x" in terminal.table([("lime", "x")])) == wanted


def test_help_and_lists_wait_for_no_large_library():
    code = (
        "import sys; from cnnscope.command.main import main; main(['methods']); "
        "print({'torch', 'snakemake', 'matplotlib', 'shtab', 'sklearn'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.endswith("\nset()\n"), done.stderr


@pytest.mark.parametrize("command", ["explain", "methods", "why", "verify", "gc", "report"])
def test_the_help_has_examples_and_tells_the_exit_codes(command, capsys):
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0
    assert f"\n  cnnscope {command}" in said and "exit codes: 0 done, 1 " in said


def test_who_reads_no_further_is_no_failure():
    done = subprocess.run(
        f"{sys.executable} -m cnnscope.command.main settings | true",
        cwd=ROOT, shell=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""


def test_bash_completes_commands_options_and_methods(capsys, folder):
    assert main(["completion", "bash"]) == 0
    (folder / "completion.bash").write_text(capsys.readouterr().out)
    for line, wanted in (
        ("cnnscope ex", "explain"),
        ("cnnscope explain --met", "--methods"),
        ("cnnscope explain b.png --methods grad_cam_p", "grad_cam_plus_plus"),
        ("cnnscope settings li", "lime"),
    ):
        words = " ".join(line.split())
        code = (
            f"source completion.bash; COMP_WORDS=({words}); COMP_CWORD={len(line.split()) - 1}; "
            f"COMP_LINE='{line}'; COMP_POINT={len(line)}; _shtab_cnnscope; echo ${{COMPREPLY[@]}}"
        )
        done = subprocess.run(["bash", "-c", code], capture_output=True, text=True)
        assert wanted in done.stdout.split(), done.stderr
    for shell in ("zsh", "fish"):
        assert main(["completion", shell]) == 0
        assert "grad_cam" in capsys.readouterr().out


def test_the_wheel_makes_the_command():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    module, function = project["scripts"]["cnnscope"].split(":")
    assert (module, function) == (main.__module__, main.__name__)
