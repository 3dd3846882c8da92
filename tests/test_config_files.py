import time
from pathlib import Path

import pytest

from cnnscope.config_files import read_config
from cnnscope.errors import UserError
from cnnscope.settings import check_plain

ROOT = Path(__file__).parents[1]
LAUGHS = "a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)
KEYS = "a: &a {x: 1, y: 2}\n" + "".join(
    f"{b}: &{b} {{x: *{a}, y: *{a}, z: *{a}}}\n"
    for a, b in zip("abcdefghijklmnopqrst", "bcdefghijklmnopqrstu", strict=True)
)


def refusal(file: Path, text: str | bytes) -> str:
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as caught:
        read_config(file)
    assert str(file) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed: 1\nrun: a\nseed: 2\n", "line 3: the key 'seed' stands there twice"),
        ("model: {sha256: a, sha256: b}", "'sha256' stands there twice"),
        ('{"seed": 1, "seed": 2}', "'seed' stands there twice"),
        (LAUGHS, "holds more than can be meant"),
        (KEYS, "holds more than can be meant"),
        ("a: &a [*a]", "holds more than can be meant"),
        ("a: &a {b: *a}", "holds more than can be meant"),
        ("[" * 5000, "nested too deep"),
        ('{"a": ' * 5000, "nested too deep"),
        ("run: !!python/object/apply:os.system ['touch ran']", "could not determine a constructor"),
        ("run: !!python/name:os.system", "line 1: could not determine a constructor"),
        ("run: !mine 1", "line 1: could not determine a constructor"),
        ("__use_yte__: true\n?open('ran', 'w'): 1", "asks for __use_yte__, which runs code"),
        ("- seed", "holds no keys"),
        ("seed", "holds no keys"),
        ("1: 2", "1: a key must be text"),
        ("on: 2", "True: a key must be text"),
        ("? [a, b]\n: 1", "found unhashable key"),
        ("training: {learning_rate: .nan}", "training.learning_rate: nan is no finite number"),
        ("training: {learning_rate: -.inf}", "learning_rate: -inf is no finite number"),
        ("training: {learning_rate: 1.0e+400}", "learning_rate: inf is no finite number"),
        ('{"seed": 1e400}', "seed: inf is no finite number"),
        ('{"seed": NaN}', "seed: nan is no finite number"),
        (f"seed: 1{'0' * 30}", "is too large a number"),
        (f"seed: 1{'0' * 5000}", "is no YAML"),
        ("run: 2026-01-01", "run: datetime.date(2026, 1, 1) is a date"),
        ("run: !!binary aGk=", "is a bytes"),
        ("run: !!set {a}", "is a set"),
        ('run: "a\\0b"', "is no valid text"),
        ('run: "\\ud800"', "is no valid text"),
        ("seed: [", "mend it"),
        ("seed:\t1\n\t- a", "mend it"),
        ("--- {}\n--- {}", "expected a single document"),
        (b"\xff\xfe\xff", "mend it"),
        ("a: *b", "undefined alias"),
    ],
)
def test_what_would_be_misread_or_run_is_refused_in_a_line(tmp_path, monkeypatch, text, said):
    monkeypatch.chdir(tmp_path)
    start = time.process_time()
    assert said in refusal(tmp_path / "mine.yaml", text)
    assert time.process_time() - start < 5
    assert not (tmp_path / "ran").exists()


def test_an_honest_file_is_read(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("base: &b {x: 1, y: 2}\nseed: 3\nmore: {<<: *b, x: 5}\n")
    assert read_config(file)["more"] == {"x": 5, "y": 2}
    file.write_text('\ufeff{"seed":\t3}')
    assert read_config(file) == {"seed": 3}
    file.write_text("# nothing yet\n")
    assert read_config(file) == {}
    for own in (ROOT / "config.yaml", *(ROOT / "examples").glob("*.yaml")):
        assert read_config(own)


def test_a_file_that_is_none_is_one_line(tmp_path):
    with pytest.raises(UserError, match="cannot be read: No such file"):
        read_config(tmp_path / "none.yaml")
    with pytest.raises(UserError, match="cannot be read: Is a directory"):
        read_config(tmp_path)


def test_bytes_of_the_command_line_that_are_no_text_may_name_a_file():
    check_plain({"dataset": {"path": "caf\udce9"}})
