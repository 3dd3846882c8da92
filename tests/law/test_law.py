"""A short walk along the law of an incremental build; walk.py takes longer ones."""

import pytest
import yaml
from edits import CODE, Step
from libraries import LIBRARIES
from settings_and_jobs import LIME, QUESTIONS, SETTINGS
from small_project import ROOT
from walk import draw_sequence, make_template, shrink, verdict

from cnnscope.fork_server import serving

# Sequences that are soon over.
WALKED = (68, 71)


@pytest.fixture(scope="module")
def law(tmp_path_factory):
    """What is wrong with a sequence of steps, as `verdict` says it."""
    folder = tmp_path_factory.mktemp("law")
    with serving(folder, LIBRARIES) as python:
        template = make_template(folder, python)
        yield lambda steps, questions: verdict(steps, template, python, questions)


def lime(**settings) -> Step:
    due = (*LIME, "figure_samples")
    return Step(f"lime: {settings}", config=("lime", settings), due=due)


def test_a_setting_may_change_twice_and_back(law):
    samples = [lime(samples=count) for count in (21, 22, 21)]
    assert law(samples, ["lime"]) is None


def test_image_sets_in_another_order_are_drawn_over_their_own_photographs(law):
    turned = lime(images=["mixups", "one_each"])
    other = Step("other figures", config=("figures", {"dpi": 51}), due=("figure_*",))
    assert law([turned, other], ["lime"]) is None


@pytest.mark.parametrize("seed", WALKED)
def test_a_random_sequence_of_edits_ends_where_a_clean_run_does(law, seed):
    assert law(*draw_sequence(seed)) is None


def in_engine(file: str, *changes: tuple[str, str], due: tuple[str, ...] = ()) -> Step:
    """Break lines of the code that makes the plan, which no result depends on."""
    file = f"cnnscope/planning/{file}.py"
    commands = [
        command
        for old, new in changes
        for command in (f"grep -qF '{old}' {file}", f"sed -i 's|{old}|{new}|' {file}")
    ]
    return Step(f"another {file}", tuple(commands), due=due)


def test_a_stored_file_that_was_damaged_is_mended_before_it_is_read(law):
    damage = Step(
        "damage",
        (
            "file=$(ls results/.store/gather/lime*/result.npy | head -n 1); "
            'chmod u+w "$file"; printf x | dd bs=1 seek=90 conv=notrunc status=none of="$file"',
        ),
        config=("figures", {"dpi": 51}),
        harmed=1,
    )
    assert law([damage], ["lime"]) is None


def test_what_was_collected_as_garbage_is_made_again_when_it_is_asked_for(law):
    collected = Step("garbage is collected", targets=("gc",))
    assert law([lime(samples=21), collected, lime(samples=20), collected], ["lime"]) is None


def test_another_number_of_threads_and_another_device_make_nothing_again(law):
    threads = Step("two threads", config=("threads", 2), passing=True)
    assert law([threads, Step("cpu", config=("device", "cpu"))], ["lime"]) is None


def test_an_order_that_is_not_in_the_plan_breaks_the_law(law):
    keyed = "ref.identity for ref in given"
    recorded = '{ref.output}" for ref in _references(given)'
    ordered = recorded.replace("_ref", "sorted(_ref") + ", key=lambda one: one.identity)"
    changes = ((keyed, f"*sorted({keyed})"), (recorded, ordered))
    broken = in_engine("result", *changes, due=("*",))
    turned = [lime(images=list(sets)) for sets in (("one_each", "mixups"), ("mixups", "one_each"))]
    assert "figures/lime.png differs" in law([broken, *turned], ["lime"])


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (in_engine("store", ("and self.fault(result) is not None", "")), "though it is stored"),
        (in_engine("publishing", ("and not any(", "and any(")), "is never finished"),
    ],
)
def test_a_job_that_runs_without_a_reason_breaks_the_law(law, broken, said):
    assert said in law([broken], ["saliency"])


def test_a_failing_sequence_is_cut_down_to_what_it_needs():
    steps = [Step(name) for name in "abcdef"]
    needed = shrink(steps, lambda fewer: {"b", "e"} <= {step.name for step in fewer})
    assert [step.name for step in needed] == ["b", "e"]


def test_every_section_of_the_config_and_thirty_kinds_of_edits_are_walked():
    sections = yaml.safe_load((ROOT / "config.yaml").read_text()).keys()
    assert sections - SETTINGS.keys() == {"questions", "threads"}
    assert set(QUESTIONS) < SETTINGS.keys()
    kinds = {step.name for seed in range(200) for step in draw_sequence(seed)[0]}
    assert len(kinds) >= 30 and len(CODE) >= 7
