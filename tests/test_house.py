"""What holds for the project as a whole."""

import ast
import re
import subprocess
import sys
from pathlib import Path

from cnnscope.planning.methods import defines
from cnnscope.planning.result import OUTPUTS
from cnnscope_demo.food_classes import FOOD_CLASSES
from cnnscope_demo.scene import CLASSES

ROOT = Path(__file__).parents[1]


def imports(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_only_figures_imports_matplotlib_and_the_library_knows_no_snakemake():
    for file in (ROOT / "cnnscope").rglob("*.py"):
        assert "snakemake" not in imports(file), file
        if "figures" not in file.parts:
            assert "matplotlib" not in imports(file), file


def test_scripts_are_glue_and_read_no_config():
    for file in (ROOT / "scripts").glob("*.py"):
        if not file.name.endswith("_context.py"):
            assert len(file.read_text().splitlines()) <= 45, file
        assert "snakemake.config" not in file.read_text(), file


def test_every_rule_has_its_script():
    rules = "\n".join(file.read_text() for file in (ROOT / "rules").glob("*.smk"))
    for file in (ROOT / "scripts").glob("*.py"):
        if not file.name.endswith("_context.py"):
            assert rules.count(f'"../scripts/{file.name}"') == 1, file
        if file.stem in OUTPUTS:
            assert f'unpack(inputs("{file.stem}"))' in rules, "its results are stored by their keys"


def test_the_snakefile_is_a_page_of_declarations():
    lines = (ROOT / "Snakefile").read_text().splitlines()
    assert len(lines) < 60
    assert [line for line in lines if re.match(r" *(def|for|if) ", line)] == []


def test_rules_set_no_variable_of_the_environment_but_that_of_the_allocator():
    rules = "\n".join(file.read_text() for file in (ROOT / "rules").glob("*.smk"))
    assert re.findall(r"environ\b.*\n? *(\S*)", rules) == ['"GLIBC_TUNABLES",']


def test_the_plan_is_made_without_pytorch_matplotlib_snakemake_and_what_reads_pictures():
    """It is made for every call, before it is known whether anything is to be done.

    And Snakemake's workflow catalog makes it where Snakemake, NumPy and jsonschema alone are.
    """
    modules = [
        f"cnnscope.planning.{file.stem}" for file in (ROOT / "cnnscope/planning").glob("[a-z]*.py")
    ]
    rules = "\n".join(file.read_text() for file in (ROOT / "rules").glob("*.smk"))
    modules += re.findall(r"^from (cnnscope\.[\w.]+) import", rules, re.MULTILINE)
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    not_needed = {"torch", "matplotlib", "snakemake", "PIL", "tqdm", "skimage", "threadpoolctl"}
    assert "cnnscope" in loaded and not loaded & not_needed


def test_shards_are_gathered_without_pytorch_but_for_a_method_that_summarises_them():
    assert defines("lime", "summarise") and not defines("saliency", "summarise")
    imports = [
        line for line in (ROOT / "scripts/gather.py").read_text().splitlines()
        if re.match("import|from", line)
    ]  # fmt: skip
    code = f"import sys\n{chr(10).join(imports)}\nprint('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


def test_every_job_says_what_it_asks_for():
    """A cluster is told; a GPU by both of its names, or jobs wait for none and get none."""
    rules = "\n".join(file.read_text() for file in (ROOT / "rules").glob("*.smk"))
    blocks = [
        block for block in re.split(r"^ *rule\b", rules, flags=re.MULTILINE) if "script:" in block
    ]
    assert len(blocks) > 25
    for block in blocks:
        asked = dict(re.findall(r"^ +(mem_mb|runtime|gpus|gpu)=(.+),$", block, re.MULTILINE))
        assert {"mem_mb", "runtime", "gpus"} <= asked.keys(), block
        assert asked.get("gpu", "0") == asked["gpus"], block


def test_the_plan_and_the_drawing_name_the_same_classes():
    assert list(CLASSES) == list(FOOD_CLASSES)


def test_one_function_alone_chooses_the_number_of_threads():
    """It first settles what two threads must not do first, which nobody can forget then."""
    files = [file for name in ("cnnscope", "scripts") for file in (ROOT / name).rglob("*.py")]
    choosing = [file.name for file in files if "set_num_threads" in file.read_text()]
    assert choosing == ["device.py"]
