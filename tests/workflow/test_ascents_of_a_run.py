"""Class pictures and deep dreams, asked of a finished run."""

from cnnscope.files import load_result


def test_class_pictures_and_dreams_are_made_by_their_names(finished):
    finished.configure(
        class_pictures={"classes": [2], "steps": 2},
        deep_dream={"layer": "first", "octaves": 1, "steps": 2},
    )
    done = finished.snakemake("class_pictures", "deep_dream")
    assert done.returncode == 0, done.stdout + done.stderr
    results = finished.folder / "results/small"
    pictures, details, _ = load_result(results / "class_pictures.npy")
    assert pictures.shape == (1, 32, 32, 3) and details["classes"].tolist() == [2]
    dreams, _, facts = load_result(results / "deep_dream.npy")
    assert dreams.shape == (2, 32, 32, 3)
    assert (facts["layer"], facts["role"]) == ("cnn.0", "first convolution")
    for name in ("class_pictures", "deep_dream"):
        assert (results / f"figures/{name}.png").is_file()
    assert finished.planned("class_pictures", "deep_dream") == {}
