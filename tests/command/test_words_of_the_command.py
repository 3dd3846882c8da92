"""What the command says without running anything: lists, help, completion, and wrong calls."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cnnscope.command import terminal
from cnnscope.command.main import main
from cnnscope.planning.methods import declared_methods, declared_metrics

ROOT = Path(__file__).parents[2]
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
