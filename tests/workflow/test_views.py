"""What Snakemake itself says of the results: its lists of changes, its summary, its triggers."""

import re

import pytest

NO_PROFILE = ("--workflow-profile", "none")
TRIGGERS = ("--rerun-triggers", "code", "input", "mtime", "params", "software-env")


def listed(project, what: str) -> list[str]:
    done = project.snakemake("--list-changes", what)
    assert done.returncode == 0, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("results/")]


def summary(project) -> dict[str, str]:
    """The plan of each file."""
    done = project.snakemake("--summary")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line][1:]
    return {row[0]: row[-1] for row in rows}


@pytest.mark.parametrize("what", ["params", "code", "input"])
def test_no_change_is_listed_where_nothing_has_changed(finished, what):
    assert listed(finished, what) == []


def test_what_a_changed_setting_concerns_is_listed(finished):
    finished.configure(figures={"colormaps": {"saliency": "gray"}})
    changed = {*listed(finished, "params"), *listed(finished, "input")}
    assert "results/small/figures/saliency.png" in changed
    assert not any("lime" in file for file in changed)


def test_the_summary_plans_no_update_where_nothing_has_changed(finished):
    plans = summary(finished)
    assert "results/small/figures/lime.png" in plans
    assert set(plans.values()) == {"no update"}


def test_the_summary_plans_an_update_of_what_changed_and_of_nothing_else(finished):
    finished.configure(figures={"colormaps": {"saliency": "gray"}})
    pending = {file for file, plan in summary(finished).items() if plan == "update pending"}
    published = {"figures/saliency.png", "records/figure_saliency_saliency.json"}
    published |= {"report.html", "records/report_page_run.json"}
    stored = {re.match(r"results/.store/(\w+)/", file)[1] for file in pending if "store" in file}
    assert stored == {"figure_saliency", "report_page"}
    assert {file for file in pending if "store" not in file} == {
        f"results/small/{name}" for name in published
    }


def test_snakemakes_own_triggers_plan_nothing_after_a_finished_run(finished):
    assert finished.jobs(*NO_PROFILE) == {}
    assert finished.jobs(*TRIGGERS) == {}


def test_snakemakes_own_triggers_plan_nothing_on_the_way_back_but_names(finished):
    """The parameters of a stored result are those it was made with, whatever came between."""
    finished.configure(figures={"colormaps": {"saliency": "gray"}})
    assert finished.snakemake(*NO_PROFILE).returncode == 0
    finished.configure(figures={"colormaps": {"saliency": "inferno"}})
    assert finished.planned(*NO_PROFILE) == {}
    assert finished.snakemake(*NO_PROFILE).returncode == 0
    assert finished.jobs(*NO_PROFILE) == {}


def test_no_job_has_an_input_that_is_one_file_with_its_output(finished):
    """Snakemake renews the times of outputs one by one, and fails where an input gets a later one.

    It happens in one of many runs, where the clock goes on between two outputs.
    """
    done = finished.snakemake("-n", "--forceall")
    jobs = re.findall(r"^    input: (.*)\n    output: (.*)$", done.stdout, re.MULTILINE)
    assert len(jobs) > 50
    for given, made in jobs:
        nodes = [
            {
                (finished.folder / name.removesuffix(" (update)")).stat().st_ino
                for name in names.split(", ")
            }
            for names in (given, made)
        ]
        assert nodes[0].isdisjoint(nodes[1]), made
