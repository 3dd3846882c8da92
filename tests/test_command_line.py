"""What hw5.sh hands on to Snakemake, held against what Snakemake's own parser makes of it."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from snakemake.cli import get_argument_parser

from cnnscope.command_line import arrange, check_files
from cnnscope.errors import UserError
from cnnscope.greedy_options import FLAGS, GREEDY, OTHERS

PARSER = get_argument_parser()
TAKING = [one for one in PARSER._actions if one.nargs in ("+", "*", "?") and one.option_strings]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with config files, one of another ending, and a target that is a folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("mine.yaml", "more.json", "old.conf"):
        Path(name).write_text('{"seed": 3}')
    Path("figures").mkdir()


@pytest.mark.parametrize("option", TAKING, ids=lambda option: option.option_strings[0])
def test_what_is_known_of_an_option_is_what_snakemake_does(option):
    known = {GREEDY[name] for name in option.option_strings}
    assert len(known) == 1
    (known,) = known
    assert known.most == (1 if option.nargs == "?" else None)
    if option.option_strings[0] != "--config":
        assert known.least == (1 if option.nargs == "+" else 0)
    if known.choices:
        named = {str(getattr(choice, "value", choice)) for choice in option.choices}
        assert set(known.choices) == named


def test_no_greedy_option_and_no_name_that_looks_like_one_is_forgotten():
    names = {name for option in TAKING for name in option.option_strings}
    assert set(GREEDY) == names
    others = {name for one in PARSER._actions for name in one.option_strings} - names
    assert set(OTHERS) == {one for one in others if any(name.startswith(one) for name in names)}
    flags = {name for one in PARSER._actions if one.nargs == 0 for name in one.option_strings}
    assert set(FLAGS) == {name[1] for name in flags if len(name) == 2}


@pytest.mark.parametrize(
    ("words", "targets", "values"),
    [
        ("--configfile mine.yaml lime", ["lime"], {"configfile": ["mine.yaml"]}),
        ("--configfiles mine.yaml more.json shap lime", ["shap", "lime"],
         {"configfile": ["mine.yaml", "more.json"]}),
        ("--configfile mine.yaml lime more.json", ["lime"],
         {"configfile": ["mine.yaml", "more.json"]}),
        ("--configfile old.conf old.conf figures", ["figures"],
         {"configfile": ["old.conf", "old.conf"]}),
        ("--configfile mine.yaml results/demo/figures/lime.png -n",
         ["results/demo/figures/lime.png"], {"configfile": ["mine.yaml"], "dryrun": True}),
        ("--configfile=mine.yaml lime", ["lime"], {"configfile": ["mine.yaml"]}),
        ("--configfile more.json --configfile=mine.yaml lime", ["lime"],
         {"configfile": ["mine.yaml"]}),
        ("--configfile=more.json --configfile mine.yaml lime", ["lime"],
         {"configfile": ["mine.yaml"]}),
        ("--configfile none.yaml lime", ["lime"], {"configfile": ["none.yaml"]}),
        ("--configfile lime", [], {"configfile": ["lime"]}),
        ("--configfile mine.yaml -- none.yaml lime", ["none.yaml", "lime"],
         {"configfile": ["mine.yaml"]}),
        ("lime --configfile mine.yaml shap", ["lime", "shap"], {"configfile": ["mine.yaml"]}),
        ("--config seed=2 lime run=a=b", ["lime"], {"config": ["seed=2", "run=a=b"]}),
        ("-C seed=2 lime -n", ["lime"], {"config": ["seed=2"], "dryrun": True}),
        ("-Cseed=2 lime", ["lime"], {"config": ["seed=2"]}),
        ("-C=seed=2 lime", ["lime"], {"config": ["seed=2"]}),
        ("--cores 2 lime", ["lime"], {"cores": "2"}),
        ("--rerun-triggers mtime code lime", ["lime"], {}),
        ("--set-threads train=2 lime", ["lime"], {"set_threads": {"train"}}),
        ("-q lime", ["lime"], {}),
        ("-npq rules lime", ["lime"], {"dryrun": True, "printshellcmds": True}),
        ("--lint lime", ["lime"], {"lint": "text"}),
        ("--dag dot lime", ["lime"], {"dag": "dot"}),
        ("shap --scheduler greedy lime", ["shap", "lime"], {"scheduler": "greedy"}),
        ("--report lime", ["lime"], {"report": "report.html"}),
        ("--report all.zip lime", ["lime"], {"report": "all.zip"}),
        ("--report --configfile mine.yaml lime", ["lime"],
         {"report": "report.html", "configfile": ["mine.yaml"]}),
        # These could be values as well, and are: as Snakemake has it.
        ("-R train lime", [], {"forcerun": {"train", "lime"}}),
        ("-nR train lime --configfile mine.yaml shap", ["shap"],
         {"forcerun": {"train", "lime"}, "dryrun": True}),
        ("--until train lime", [], {"until": {"train", "lime"}}),
        ("--rerun-t mtime lime", ["lime"], {}),
        ("--force lime --config seed=2 shap", ["lime", "shap"], {"force": True}),
    ],
)  # fmt: skip
def test_snakemake_reads_targets_and_values_as_they_were_meant(words, targets, values):
    arguments, files, entries = arrange(["--cores", "all", *words.split()])
    read = PARSER.parse_args(arguments)
    assert list(read.targets) == targets
    assert entries == (read.config or [])
    if "configfile" in values:
        assert files[-len(values["configfile"]) :] == values["configfile"]
    for name, wanted in values.items():
        found = getattr(read, name)
        found = [str(one) for one in found] if isinstance(found, list) else found
        assert set(found) == wanted if isinstance(wanted, set) else str(found) == str(wanted)


@pytest.mark.parametrize("value", ["dataset={layout: csv}", "a=-1", "- b=1"])
def test_a_value_with_spaces_or_a_sign_is_none_less(value):
    read = PARSER.parse_args(arrange(["--config", "seed=1", value, "lime"]).arguments)
    assert list(read.targets) == ["lime"] and read.config == ["seed=1", value]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--config lime", "--config takes KEY=VALUE: lime is none; targets go behind --"),
        ("-n -C lime", "-C takes KEY=VALUE: lime is none"),
        ("--rerun-triggers lime", "takes code or input or mtime or params or software-env: lime"),
        ("--configfile", "--configfile takes a config file: nothing follows it"),
        ("--configfile -n", "--configfile takes a config file: nothing follows it"),
        ("--until -- lime", "--until takes a value: nothing follows it"),
    ],
)
def test_what_is_not_certain_is_one_line(words, said):
    with pytest.raises(UserError) as caught:
        arrange(words.split())
    assert said in str(caught.value)


def test_every_config_file_is_read_and_a_line_says_where_a_target_goes():
    check_files(["mine.yaml", "more.json", "old.conf"])
    Path("twice.yaml").write_text("seed: 1\nseed: 2\n")
    Path("lime.png").write_bytes(b"\x89PNG")
    with pytest.raises(UserError, match=r"twice.yaml: config: line 2: the key 'seed'"):
        check_files(["mine.yaml", "twice.yaml"])
    with pytest.raises(UserError, match=r"none.yaml cannot be read: No such file or directory$"):
        check_files(["none.yaml"])
    for files in (["mine.yaml", "none.yaml"], ["mine.yaml", "lime.png"], ["lime"], ["x" * 999]):
        with pytest.raises(UserError, match="targets go behind --"):
            check_files(files)


def test_what_can_be_read_once_is_left_to_snakemake():
    os.mkfifo("once")
    threading.Thread(target=Path("once").write_text, args=["seed: ["], daemon=True).start()
    check_files(["once"])
    assert Path("once").read_text() == "seed: ["
    assert arrange(["--configfile", "mine.yaml", "once"]).files == ["mine.yaml", "once"]


def test_it_is_quick_because_it_imports_little():
    code = (
        "import sys, cnnscope.command_line; print({'torch', 'numpy', 'snakemake'} & {*sys.modules})"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout == "set()\n", done.stderr
