"""DATASET and OUTPUT of a call, until they have arrived in a job that reads the rules anew."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from snakemake.cli import get_argument_parser, parse_config
from snakemake_interface_executor_plugins.utils import format_cli_arg

from cnnscope.command_line import ROOT, arguments_for
from cnnscope.errors import UserError
from cnnscope.file_address import address_of, path_in
from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics
from cnnscope.settings import check_plain, typed
from cnnscope.usage import USAGE, read_call, read_or_exit

PARSER = get_argument_parser()
SCHEMA = config_schema(
    ROOT / "schemas" / "config.schema.yaml", declared_methods(), declared_metrics()
)
PHOTOS, FIGURES = Path("/data/my photos"), Path("/out")
HOSTILE = [
    "1",
    "true",
    "null",
    "~",
    "two  spaces and a tab\t",
    "it's",
    'a "quoted" name',
    "both ' and \"",
    "'quoted'",
    "$(touch pwned)'`touch pwned`\"$HOME",
    "a: {b: [c, #d]} & *e !f | > %g @h",
    "back\\slash\\\\x27\\n",
    "{rule} {{b}}",
    "%41%",
    "=a=b;c?d#e",
    "--config",
    "new\nline",
    "été 写真",
    os.fsdecode(b"no text: \xe9\xff\x80"),
    os.fsdecode(bytes(one for one in range(1, 256) if one != ord("/"))),
]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where the call is made: with a dataset, an archive and a config file."""
    monkeypatch.chdir(tmp_path)
    Path("photos").mkdir()
    Path("photos.zip").touch()
    Path("mine.yaml").write_text("dataset: {path: other, layout: csv}\noutput: other\n")
    return tmp_path


def config_of(*options: str) -> dict:
    """What Snakemake makes of the entries of --config in a call with DATASET and OUTPUT."""
    read = PARSER.parse_args(arguments_for(options, (PHOTOS, FIGURES)))
    config = parse_config(read.config)
    return typed(config, SCHEMA)


def test_two_words_are_dataset_and_output_and_the_rest_is_options(folder):
    call = read_call(str(folder), ["photos", "new/out", "-n", "lime"])
    assert call == ((folder / "photos", folder / "new" / "out"), ["-n", "lime"])
    assert (folder / "new" / "out").is_dir()
    away = read_call("/", [str(folder / "photos.zip"), str(folder / "new")])
    assert away == ((folder / "photos.zip", folder / "new"), [])


@pytest.mark.parametrize("words", [[], ["-n"], ["--configfile", "mine.yaml", "lime"]])
def test_without_them_all_are_options(folder, words):
    assert read_call(str(folder), words) == (None, words)
    assert read_or_exit(str(folder), words) == (None, words)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["photos"], "DATASET is given without OUTPUT"),
        (["none", "out"], "DATASET: there is no folder, archive, CSV file or picture none"),
        (["", "out"], "DATASET: there is no folder, archive, CSV file or picture"),
        (["x" * 999, "out"], "DATASET: there is no folder, archive, CSV file or picture xxx"),
        (
            ["/dev/null", "out"],
            "DATASET: there is no folder, archive, CSV file or picture /dev/null",
        ),
        (
            ["photos.zip/1", "out"],
            "DATASET: there is no folder, archive, CSV file or picture photos.zip/1",
        ),
        (["photos", ""], "OUTPUT: cannot be made"),
        (["photos", "mine.yaml"], "OUTPUT: mine.yaml cannot be made"),
        (["photos", "mine.yaml/out"], "OUTPUT: mine.yaml/out cannot be made"),
        (["photos", "x" * 999], "cannot be made"),
    ],
)
def test_a_mistake_in_them_is_one_line_and_the_usage(folder, capsys, words, said):
    with pytest.raises(SystemExit) as ended:
        read_or_exit(str(folder), words)
    shown = capsys.readouterr()
    assert ended.value.code == 2 and shown.out == ""
    line, _, rest = shown.err.partition("\n")
    assert line.startswith("cnnscope: ") and said in line and rest == USAGE
    assert not (folder / "out").exists()


@pytest.mark.parametrize(
    ("refused", "words", "said"),
    [
        ("photos", ["photos", "out"], "DATASET: photos cannot be entered"),
        ("photos.zip", ["photos.zip", "out"], "DATASET: photos.zip cannot be read"),
        ("out", ["photos", "out"], "OUTPUT: out cannot be entered"),
        ("written", ["photos", "out"], "OUTPUT: out is not writable"),
    ],
)
def test_what_the_user_may_not_use_is_a_mistake_too(folder, monkeypatch, refused, words, said):
    """The system is made to refuse, because it refuses an administrator nothing."""

    def access(file, mode):
        return Path(file).name != refused and (refused != "written" or mode != os.W_OK)

    monkeypatch.setattr(os, "access", access)
    with pytest.raises(UserError) as caught:
        read_call(str(folder), words)
    assert str(caught.value) == said


@pytest.mark.parametrize("asked", ["-h", "--help"])
def test_who_asks_for_it_gets_the_usage(folder, capsys, asked):
    with pytest.raises(SystemExit) as ended:
        read_or_exit(str(folder), [asked, "photos"])
    assert ended.value.code == 2 and capsys.readouterr().err == USAGE


def test_a_place_keeps_the_name_by_which_the_user_knows_it(folder):
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "link").symlink_to("deep/er")
    dataset, output = read_call(str(folder / "link"), ["../../photos", "a/../b"]).given
    assert (dataset, output) == (folder / "photos", folder / "link" / "b")
    # What lies behind the link is meant, as in every other program.
    assert read_call(str(folder), ["photos", "link/../out"]).given[1] == folder / "deep" / "out"


def test_a_dataset_is_run_with_the_shipped_example_unless_another_file_is_given():
    def files(*options):
        return PARSER.parse_args(arguments_for(options, (PHOTOS, FIGURES))).configfile

    assert files() == [ROOT / "examples" / "food11.yaml"]
    assert files("lime", "--configfile", "mine.yaml", "-n") == [Path("mine.yaml")]
    assert PARSER.parse_args(arguments_for(["lime"])).configfile == []


@pytest.mark.parametrize(
    ("options", "others"),
    [
        ("", {}),
        ("lime -n", {}),
        ("--config seed=2 run=mine", {"seed": 2, "run": "mine"}),
        ("lime --config seed=2 run=mine shap -n", {"seed": 2, "run": "mine"}),
        ("--config=seed=2 lime", {"seed": 2}),
        ("-C seed=2 run=mine -n", {"seed": 2, "run": "mine"}),
        ("-Cseed=2", {"seed": 2}),
        ("-C=seed=2", {"seed": 2}),
        ("-nCseed=2", {"seed": 2}),
        # The last one alone counts, as it does for Snakemake without DATASET.
        ("--config seed=2 -C run=mine", {"run": "mine"}),
        ("-C seed=2 --config=run=mine", {"run": "mine"}),
        ("--config seed=2 --configfile mine.yaml -- lime", {"seed": 2}),
        ("--config dataset= output=", None),
        ("--config dataset={path:other} output=other", {}),
        ("--config output={path:other}", {}),
    ],
)
def test_they_are_laid_over_the_users_own_entries_in_every_spelling(options, others):
    if others is None:
        with pytest.raises(UserError, match="config: dataset: '' is no object"):
            config_of(*options.split())
        return
    found = config_of(*options.split())
    assert found.pop("dataset")["path"] == str(PHOTOS)
    assert found.pop("output") == str(FIGURES)
    assert found == others
    read = PARSER.parse_args(arguments_for(options.split(), (PHOTOS, FIGURES)))
    assert set(read.targets) == {"lime", "shap"} & set(options.split())


def test_the_users_keys_of_the_dataset_stay_beside_its_path():
    given = ("--config", "dataset={layout: csv, path: other}", "dataset={classes: [a, b]}")
    assert config_of(*given)["dataset"] == {
        "path": str(PHOTOS),
        "layout": "csv",
        "classes": ["a", "b"],
    }


@pytest.mark.parametrize(
    "value", ["csv", "3", "True", "[a]", "{layout: csv", "{[a]: {}: b}", "'a'"]
)
def test_a_dataset_without_keys_is_not_passed_over(value):
    with pytest.raises(UserError, match=r"^config: dataset: .* is no object$"):
        config_of("--config", f"dataset={value}")
    Path("wrong.yaml").write_text(yaml.safe_dump({"dataset": value}))
    with pytest.raises(UserError, match=r"^config: dataset: .* is no object$"):
        config_of("--configfile", "wrong.yaml")


@pytest.mark.parametrize("name", HOSTILE)
def test_every_name_arrives_in_a_job_of_a_job_through_the_shells_between(name):
    """Each start of a job writes the entries anew; a shell in a shell reads what it has written."""
    given = Path("/data", name), Path("/", name)
    entries = PARSER.parse_args(arguments_for(["--config", "seed=2"], given)).config
    for _ in range(3):
        line = f"printf '%s\\0' {format_cli_arg('--config', entries)}"
        command = ["sh", "-c", f"sh -c {shlex.quote(line)}"]
        done = subprocess.run(command, capture_output=True, check=True)
        option, *entries = os.fsdecode(done.stdout).split("\0")[:-1]
        assert option == "--config" and not Path("pwned").exists()
        config = parse_config(entries)
        check_plain(config)
        read = typed(config, SCHEMA)
        assert read == {"seed": 2, "dataset": {"path": str(given[0])}, "output": str(given[1])}


@pytest.mark.parametrize(
    "text",
    ["food", "/data/a%20b", "file:/a%20b", "file://host/a%20b", "null", "", "file:///\ud800"],
)
def test_what_is_no_address_of_a_file_is_a_path_as_it_stands(text):
    assert path_in(text) == text


def test_an_address_is_a_path_for_dataset_and_output_alone():
    address = address_of(Path("/a b"))
    assert address == "file:///a%20b"
    own = {"dataset": {"path": address}, "output": address, "model": {"checkpoint": address}}
    assert typed(own, SCHEMA) == {
        "dataset": {"path": "/a b"},
        "output": "/a b",
        "model": {"checkpoint": address},
    }
