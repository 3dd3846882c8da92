"""What may happen to a project between two runs, as commands, and which jobs may follow from it.

A step is plain data: commands for bash, or settings that the calls of snakemake carry from then
on. So a sequence of steps can be printed, cut short and run again.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from settings_and_jobs import (
    DATA_FOLLOWS,
    EVERYTHING,
    LAYERS,
    MODEL_FOLLOWS,
    NOTHING,
    QUESTIONS,
    SALIENCY,
    SETTINGS,
)


@dataclass(frozen=True)
class Step:
    """One edit and the run after it.

    Attributes:
        name: what happens.
        commands: for bash, in the folder of the project, before the run.
        config: the section that changes, and its value; None takes it back.
        targets: what the run is asked for; nothing: everything.
        due: patterns of the jobs that may run because of this step.
        harmed: how many stored results it may have spoilt or removed, which are then made again.
        passing: whether the change of the config is for this run alone.
        kill: seconds after the first job has begun when the run is killed.
    """

    name: str
    commands: tuple[str, ...] = ()
    config: tuple[str, object] | None = None
    targets: tuple[str, ...] = ()
    due: tuple[str, ...] = NOTHING
    harmed: int = 0
    passing: bool = False
    kill: float | None = None


def _wrapped(function: str, change: str) -> str:
    """A line that lets a function of the module give something else; `r` is what it gave."""
    return (
        f"{function} = __import__('functools').wraps({function})"
        f"(lambda *a, f={function}, **k: (lambda r: {change})(f(*a, **k)))"
    )


# A line in each room of the library that changes what follows: file, line, who may run for it.
CODE = (
    ("cnnscope/data/image_sets.py", _wrapped("by_class", "r[::-1]"), DATA_FOLLOWS),
    ("cnnscope/data/decode.py", _wrapped("preprocess", "255 - r"), DATA_FOLLOWS),
    ("cnnscope/evaluation/confusion.py", _wrapped("confusion_counts", "r + 1"), DATA_FOLLOWS),
    (
        "cnnscope/attribution/saliency.py",
        _wrapped("explain", "setattr(r, 'attribution', r.attribution * 2) or r"),
        SALIENCY,
    ),
    ("cnnscope/networks/classifier.py", _wrapped("predict", "r * 2"), (*MODEL_FOLLOWS, *LAYERS)),
    ("cnnscope/figures/saliency.py", "maps.plt.rcParams['font.size'] = 9", ("figure_saliency",)),
    ("cnnscope/figures/style.py", "_RIGHT = 'black'", ("figure_*",)),
    ("cnnscope/files.py", "# a comment", EVERYTHING),
    ("cnnscope/checkpoints/download.py", "# a comment", NOTHING),
    ("cnnscope/figures/shap.py", "# a comment", ("figure_shap",)),
    ("scripts/train.py", "# a comment", MODEL_FOLLOWS),
    ("hw5.sh", "# a comment", NOTHING),
)

PAINT = "python -c \"from PIL import Image; Image.new('RGB', (40, 40), ({}, {}, 50)).save('{}')\""
# One of all published and stored files, or of all stored results, by a number.
CHOOSE = "{}=$(find {} | LC_ALL=C sort | shuf -n 1 --random-source=<(yes {})); "
FILES = "results -path results/.index -prune -o -name '{}' -type f -print"
STORED = "results/.store/[!.]* -mindepth 1 -maxdepth 1 -type d"


def config_step(section: str, rng: random.Random, questions: Sequence[str]) -> Step:
    """Another value; which one it takes the place of is not known here."""
    if section == "questions":
        some = rng.sample(questions, rng.randint(1, len(questions)))
        return Step("other questions", config=(section, some), due=("figure_samples",))
    _, values = rng.choice(SETTINGS[section])
    return Step(f"{section} changes", config=(section, rng.choice(values)))


def back_step(section: str) -> Step:
    due = ("figure_samples",) if section == "questions" else NOTHING
    return Step(f"{section} goes back", config=(section, None), due=due)


def code_step(rng: random.Random) -> Step:
    file, line, due = rng.choice(CODE)
    return Step(f"a line in {file}", (f"echo {_quoted(line)} >> {file}",), due=due)


def code_back_step(rng: random.Random) -> Step:
    """Harmless where the line is not there."""
    file, line, due = rng.choice(CODE)
    remove = f"grep -vxF {_quoted(line)} {file} > kept; cat kept > {file}; rm kept"
    return Step(f"no line in {file}", (remove,), due=due)


def photo_step(rng: random.Random) -> Step:
    split = rng.choice(("training", "validation", "testing"))
    label, number = rng.randrange(3), rng.randrange(2)
    name = f"food/{split}/{label * 2 + number:04d}.png"
    if split != "testing":
        name = f"food/{split}/{label}_{number}.png"
    paint = PAINT.format(rng.randrange(256), rng.randrange(256), "{}")
    kinds = {
        "is replaced": paint.format(name),
        "joins": paint.format(f"food/{split}/{label}_{rng.randrange(4, 9)}.png"),
        "gets another name": f"test ! -f {name} || mv {name} food/{split}/{label}_9.png",
        "goes": f"rm -f food/{split}/{label}_[4-9].png",
        "is touched": f"touch {name}",
    }
    what = rng.choice(sorted(kinds))
    due = NOTHING if what == "is touched" else DATA_FOLLOWS
    return Step(f"a photograph of {split} {what}", (kinds[what],), due=due)


def result_step(rng: random.Random) -> Step:
    """Something happens to a published or a stored file; most are both, by a hard link."""
    files = FILES.format(rng.choice(("*.npy", "*.png", "*.json", "*.csv", "*.safetensors")))
    choose = CHOOSE.format("file", files, rng.randrange(1000))
    overwrite = "dd bs=1 seek=90 conv=notrunc status=none"
    kinds = {
        "is edited": f'chmod u+w "$file"; printf x | {overwrite} of="$file"',
        "is cut": 'chmod u+w "$file"; truncate --size=-5 "$file"',
        "is deleted": 'rm -f "$file"',
        "is another": 'cp --remove-destination food/training/0_0.png "$file"',
        "is touched": 'touch "$file"',
        "is kept for later": 'cp -p "$file" kept_result; echo "$file" > kept_name',
        "comes back from yesterday": 'cp --remove-destination -p kept_result "$(cat kept_name)"',
    }
    what = rng.choice(sorted(kinds))
    harmless = what in ("is touched", "is kept for later")
    return Step(f"a result {what}", (f"{choose}{kinds[what]} || true",),
                harmed=0 if harmless else 1)  # fmt: skip


def store_step(rng: random.Random) -> Step:
    """Something happens to the store or to all that is published."""
    choose = CHOOSE.format("folder", STORED, rng.randrange(1000))
    kinds = {
        "a stored result is gone": (f'{choose}rm -rf "$folder"', 1),
        "a record is gone": (f'{choose}rm -f "$folder"/record.json', 1),
        "a record is of another result": (
            f"{choose}{CHOOSE.format('other', STORED, rng.randrange(1000))}"
            'cp --remove-destination "$other"/record.json "$folder"/record.json || true', 1,
        ),
        "the store is a copy": (
            "cp -r results/.store results/copy; rm -r results/.store; "
            "mv results/copy results/.store", 0,
        ),
        "the published files are gone": (
            "find results -mindepth 1 -maxdepth 1 ! -name '.*' -exec rm -r {} +", 0,
        ),
        "the published records are gone": ("rm -rf results/*/records", 0),
        "the logs are gone": ("find results -name '*.log' -delete", 0),
    }  # fmt: skip
    what = rng.choice(sorted(kinds))
    command, harmed = kinds[what]
    return Step(what, (command,), harmed=harmed)


def memory_step(rng: random.Random) -> Step:
    kinds = {
        ".snakemake/ is gone": "rm -rf .snakemake",
        "the index is gone": "rm -rf results/.index",
        "the index is cut": "truncate --size=-9 results/.index/contents.json || true",
        "all is touched": "find . -exec touch -h {} +",
        "the clock was ahead": "find results -exec touch -h -d tomorrow {} +",
        "the photographs are of tomorrow": "touch -d tomorrow food/*/*",
        "all times are lost": "find . -exec touch -h -d '2001-01-01' {} +",
        "the project is a copy": "cp -r . ../copy; find . -mindepth 1 -delete; cp -r ../copy/. .; "
        "rm -r ../copy",
    }
    what = rng.choice(sorted(kinds))
    return Step(what, (kinds[what],))


def call_step(rng: random.Random, questions: Sequence[str]) -> Step:
    """Another target first, a plan alone, or a run that is killed; the next run ends it.

    Or what no result follows: garbage is collected, the number of threads is another one. Their
    number changes last bits, so a run with another one is only planned here.
    """
    kinds = (
        Step("another target first", targets=(rng.choice(questions),)),
        Step("a file is asked for", targets=("results/{run}/predictions/training.npy",),
             due=("predictions", "decode")),
        Step("a plan alone", targets=("-n",)),
        Step("a plan with two threads", config=("threads", 2), targets=("-n",), passing=True),
        Step("garbage is collected", targets=("gc",)),
        Step("a killed run", kill=round(rng.uniform(0, 3), 2)),
    )  # fmt: skip
    return rng.choice(kinds)


KINDS: tuple[tuple[int, Callable[[random.Random], Step]], ...] = (
    (2, code_step),
    (1, code_back_step),
    (2, photo_step),
    (2, result_step),
    (1, store_step),
    (1, memory_step),
)


def sequence(rng: random.Random, length: int, questions: Sequence[str]) -> list[Step]:
    """`length` random steps, half of them changes of the config, many of those back again.

    Args:
        questions: those that are asked: what is not asked does not show a change.
    """
    sections = [name for name in sorted(SETTINGS) if name in questions or name not in QUESTIONS]
    sections.append("questions")
    steps: list[Step] = []
    changed: list[str] = []
    while len(steps) < length:
        if rng.random() < 0.5:
            if changed and rng.random() < 0.4:
                steps.append(back_step(changed.pop(rng.randrange(len(changed)))))
            else:
                # A section that has changed changes again as often as another does for once.
                again = changed and rng.random() < 0.4
                section = rng.choice(changed if again else sections)
                changed += [] if section in changed else [section]
                steps.append(config_step(section, rng, questions))
        elif rng.random() < 0.2:
            steps.append(call_step(rng, questions))
        else:
            weights, kinds = zip(*KINDS, strict=True)
            steps.append(rng.choices(kinds, weights)[0](rng))
    return steps


def _quoted(line: str) -> str:
    return '"' + line.replace('"', '\\"') + '"'
