"""A stored file that is no longer what its record says is noticed before it is used."""

import numpy as np
import pytest
from damage import DAMAGES, cut, edited
from small_project import Project, copy_project

GRAY = {"colormaps": {"saliency": "gray"}}
ARRAY = "results/.store/gather/saliency-*/result.npy"
FIGURE = "results/small/figures/saliency.png"


def stored(project, pattern: str):
    (file,) = project.folder.glob(pattern)
    return file


@pytest.fixture(scope="module")
def wanted(ran, tmp_path_factory, forked_python):
    """The array of a finished run, and its figure in other colours."""
    folder = copy_project(ran, tmp_path_factory.mktemp("wanted") / "project")
    project = Project(folder, python=forked_python)
    project.configure(figures=GRAY)
    assert project.snakemake("saliency").returncode == 0
    return stored(project, ARRAY).read_bytes(), (folder / FIGURE).read_bytes()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_array_is_made_anew_before_a_changed_figure_is_drawn(finished, wanted, damage):
    damage(stored(finished, ARRAY))
    finished.configure(figures=GRAY)
    assert finished.planned() == {"gather": 1, "figure_saliency": 1}
    done = finished.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    made = stored(finished, ARRAY).read_bytes(), (finished.folder / FIGURE).read_bytes()
    assert made == wanted
    assert stored(finished, ARRAY).samefile(
        finished.folder / "results/small/attributions/saliency.npy"
    )
    assert finished.jobs() == {}


def test_a_damaged_array_is_made_anew_where_its_published_path_is_asked_for(finished, wanted):
    published = "results/small/attributions/saliency.npy"
    edited(stored(finished, ARRAY))
    assert finished.jobs(published) == {"gather": 1, "publish_gather_saliency": 1}
    assert finished.snakemake(published).returncode == 0
    assert (finished.folder / published).read_bytes() == wanted[0]
    assert finished.jobs() == {}


@pytest.mark.parametrize("damage", [*DAMAGES, lambda file: file.write_text("{}")])
def test_a_result_whose_record_is_damaged_is_made_anew(finished, wanted, damage):
    damage(stored(finished, ARRAY).with_name("record.json"))
    finished.configure(figures=GRAY)
    planned = finished.planned()
    done = finished.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    made = stored(finished, ARRAY).read_bytes(), (finished.folder / FIGURE).read_bytes()
    assert made == wanted
    assert planned["figure_saliency"] == 1
    assert finished.jobs() == {}
    assert finished.snakemake("verify").returncode == 0


def test_what_hangs_on_damaged_images_is_still_made(finished):
    """Snakemake looks at nothing below a job that is forced to run."""
    edited(stored(finished, "results/.store/decode/training-*/images.npy"))
    finished.configure(shap={"background": 3})
    assert finished.planned() == {"decode": 1, "attribution": 1, "gather": 1, "figure_shap": 1}
    done = finished.snakemake()
    assert done.returncode == 0, done.stdout + done.stderr
    assert finished.jobs() == {}
    images = np.load(finished.folder / "results/small/data/training.npy")
    assert images.shape == (12, 32, 32, 3)


def test_a_result_that_is_made_anew_with_equal_bytes_leaves_alone_what_was_made_from_it(finished):
    cut(stored(finished, "results/.store/train/model-*/weights.safetensors"))
    assert finished.jobs() == {"train": 1, "publish_train_model": 1}


def test_an_edited_published_figure_is_copied_again_and_not_drawn(finished):
    """Figures are copies, so that an edit for a slide reaches no stored one."""
    figure = finished.folder / FIGURE
    before = figure.read_bytes()
    edited(figure)
    assert finished.jobs() == {"publish_figure_saliency_saliency": 1}
    assert finished.snakemake().returncode == 0
    assert figure.read_bytes() == before
