from pathlib import Path

import pytest

from cnnscope import provenance


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "scripts/one.py": "from pkg.method import explain\nimport helper",
        "scripts/two.py": "import pkg.other",
        "scripts/helper.py": "import json",
        "pkg/__init__.py": "",
        "pkg/method.py": "import numpy as np\nfrom pkg import shared\nfrom . import relative",
        "pkg/other.py": "def late():\n    from pkg.shared import x",
        "pkg/shared.py": "x = 1",
        "pkg/relative.py": "",
        "pkg/unused.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def code(project: Path, script: str, pins=None) -> dict:
    for kept in ("closure", "content", "_imports", "_locate"):
        getattr(provenance, kept).cache_clear()
    roots = (provenance.Root(project), provenance.Root(project / "scripts"))
    return provenance.code([project / "scripts" / script], roots, pins or {})


def test_closure_holds_every_project_file_that_runs_and_no_other(project):
    assert sorted(code(project, "one.py")["files"]) == [
        "helper.py",
        "one.py",
        "pkg/__init__.py",
        "pkg/method.py",
        "pkg/relative.py",
        "pkg/shared.py",
    ]


def test_an_import_inside_a_function_counts(project):
    assert "pkg/shared.py" in code(project, "two.py")["files"]


def test_libraries_carry_their_versions_and_the_standard_library_none(project):
    assert list(code(project, "one.py")["libraries"]) == ["numpy"]


def test_a_line_in_a_shared_module_changes_both_and_in_an_unused_one_neither(project):
    before = [code(project, script) for script in ("one.py", "two.py")]
    (project / "pkg/unused.py").write_text("# a comment")
    assert [code(project, script) for script in ("one.py", "two.py")] == before
    (project / "pkg/shared.py").write_text("x = 2")
    after = [code(project, script) for script in ("one.py", "two.py")]
    assert all(a != b for a, b in zip(after, before, strict=True))


def test_beside_other_libraries_only_the_named_packages_are_the_projects_own(project):
    (project / "numpy").mkdir()
    (project / "numpy/__init__.py").write_text("")
    roots = (provenance.Root(project, ("pkg",)), provenance.Root(project / "scripts"))
    beside = provenance.code([project / "scripts/one.py"], roots, {})
    assert "pkg/method.py" in beside["files"] and "numpy/__init__.py" not in beside["files"]
    assert list(beside["libraries"]) == ["numpy"]


def test_a_line_in_one_method_changes_that_one_alone(project):
    one, two = (code(project, script) for script in ("one.py", "two.py"))
    (project / "pkg/method.py").write_text("x = 1")
    assert code(project, "one.py") != one
    assert code(project, "two.py") == two


def test_an_edited_pin_counts_before_it_is_installed(project):
    installed = code(project, "one.py")["libraries"]["numpy"]
    assert code(project, "one.py", {"numpy": installed})["libraries"]["numpy"] == installed
    moved = code(project, "one.py", {"numpy": "0.1"})["libraries"]["numpy"]
    assert moved == f"{installed}, pinned 0.1"


def test_digest_ignores_the_order_of_keys_and_nothing_else():
    assert provenance.digest(a={"x": 1, "y": 2}) == provenance.digest(a={"y": 2, "x": 1})
    assert provenance.digest(a={"x": 1, "y": 2}) != provenance.digest(a={"x": 2, "y": 1})


def test_pins_are_read_and_unmet_ones_named(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("# comment\nnumpy==0.1\nPyYAML==9 # why\nplain\n")
    pins = provenance.read_pins(file)
    assert pins == {"numpy": "0.1", "pyyaml": "9"}
    assert [line.split()[0] for line in provenance.unmet_pins(pins)] == ["numpy", "pyyaml"]
