"""Whatever is given, nothing comes but a result or a UserError in one line."""

import csv
import io
import os
from contextlib import contextmanager
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnscope.config_files import read_config
from cnnscope.data.archive import index_archive, is_archive
from cnnscope.data.listing import SPLITS, arrange
from cnnscope.data.pixel_table import index_rows, is_pixel_table, read_rows
from cnnscope.errors import UserError
from cnnscope.planning.methods import config_schema, declared_methods, declared_metrics
from cnnscope.settings import check_plain, complete, merge, typed
from cnnscope.tables import MANIFEST_COLUMNS, read_table, write_table
from cnnscope.training.history import read_history

ROOT = Path(__file__).parents[1]
SCHEMA = config_schema(
    ROOT / "schemas" / "config.schema.yaml", declared_methods(), declared_metrics()
)
SHIPPED = yaml.safe_load((ROOT / "config.yaml").read_text())

# The same inputs each time, and no memory of them on the disk.
fuzzed = settings(
    max_examples=65,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# What a file may be called: any bytes but these two, as Python holds them.
NAMES = st.binary(min_size=1, max_size=20).map(
    lambda raw: os.fsdecode(raw.replace(b"/", b"_").replace(b"\0", b"_"))
)
TEXT = st.text(max_size=20)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.dates() | st.binary()
VALUES = st.recursive(
    SCALARS,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(SCALARS, below, max_size=3),
    max_leaves=8,
)


@contextmanager
def only_our_own_error():
    try:
        yield
    except UserError as error:
        assert str(error)
        assert str(error).isprintable()
        assert len(str(error)) < 6000


def paths(node, path=()):
    """The place of every value in a config."""
    yield path
    if isinstance(node, dict | list):
        for key, one in node.items() if isinstance(node, dict) else enumerate(node):
            yield from paths(one, (*path, key))


def put(node, path, value):
    if not path:
        return value
    copy = node.copy()
    copy[path[0]] = put(node[path[0]], path[1:], value)
    return copy


def settle(config):
    """As the workflow does with what it is given."""
    with only_our_own_error():
        check_plain(config)
        whole = complete(merge(SHIPPED, typed(config, SCHEMA), SCHEMA), SCHEMA)
        assert complete(whole, SCHEMA) == whole


@fuzzed
@given(st.lists(st.tuples(NAMES, st.integers(-1, 99), NAMES), max_size=5))
def test_a_table_gives_back_what_was_written_to_it(tmp_path_factory, rows):
    file = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    written = [(split, 0, label, path, 3, 4) for split, label, path in rows]
    write_table(file, MANIFEST_COLUMNS, written)
    read = [tuple(row[name] for name in MANIFEST_COLUMNS) for row in read_table(file)]
    assert read == [tuple(map(str, row)) for row in written]
    # As others read it, who do not know our names for bytes.
    raw = io.StringIO(file.read_bytes().decode("utf-8", "replace"), newline="")
    assert len(list(csv.reader(raw))) == len(rows) + 1


@fuzzed
@given(
    st.dictionaries(
        st.sampled_from((*SPLITS, "other")),
        st.lists(NAMES | st.tuples(st.sampled_from("0129"), NAMES).map("_".join), max_size=6),
    ),
    st.sampled_from(("flat", "folders")),
    st.none() | st.lists(TEXT, max_size=3),
    st.none() | TEXT,
    st.sampled_from(("", ".png", "/a.jpg", "/\n.JPG")),
)
def test_any_names_are_listed_or_refused(found, layout, class_names, listed, ending):
    found = {split: [name + ending for name in names] for split, names in found.items()}
    with only_our_own_error():
        dataset = arrange(found, Path("data"), layout, class_names, listed)
        for split, own in dataset.splits.items():
            assert sorted((*own.names, *own.ignored)) == sorted(found[split])
            assert all(-1 <= label < len(dataset.classes) for label in own.labels)


PIECES = ["0", "1", "255", "256", "-1", "1e3", "٣", "²", "\0", '"', "'", " ", "  ", ",", "\t", "\r"]
PIECES += ["\ufeff", "é", "nan", "Training", "PublicTest", "0 1 2 3", "1,1 2 3 4", "9" * 5000]
ROW = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


@fuzzed
@given(
    st.sampled_from(["label,feature", "emotion,pixels,Usage", '"label" , "pixels"', "a,b"]) | TEXT,
    st.lists(ROW | TEXT, max_size=6),
    st.binary(max_size=8),
)
def test_any_text_for_a_csv_dataset(tmp_path_factory, header, rows, tail):
    file = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    file.write_bytes("\n".join([header, *rows]).encode("utf-8", "surrogatepass") + tail)
    with only_our_own_error():
        is_pixel_table(file)
        index = index_rows(file)
        lines = {row[0]: place for place, row in enumerate(index["rows"])}
        images = dict(read_rows(file, lines))
        assert set(images) == set(lines.values())
        assert {image.shape for image in images.values()} <= {(index["side"],) * 2}


@fuzzed
@given(
    st.lists(st.sampled_from(["epoch", "loss", "val_acc", "step", '"', "\r", "x"]), max_size=4),
    st.lists(ROW | TEXT, max_size=4),
)
def test_any_text_for_a_history(tmp_path_factory, header, rows):
    file = tmp_path_factory.getbasetemp() / "fuzzed.csv"
    text = "\n".join([",".join(header), *rows])
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with only_our_own_error():
        read_history(file)


@fuzzed
@given(st.dictionaries(st.sampled_from(list(SHIPPED)) | TEXT, VALUES, max_size=4))
def test_any_document_for_a_config(document):
    settle(document)


@settings(fuzzed, max_examples=150)
@given(
    st.sampled_from(sorted(paths(SHIPPED), key=str)),
    VALUES | st.sampled_from(["\n", "a\n", "1e400", "[", "!!python/name:os.system", "&a [*a]"]),
)
def test_a_config_in_which_one_value_is_another(path, value):
    mutated = put(SHIPPED, path, value)
    settle(mutated if isinstance(mutated, dict) else {"seed": mutated})


@fuzzed
@given(
    st.integers(0, 5000), st.sampled_from(list("&*!{}[]:-#|>'\"\t\n\0\x85é%@`?")), st.integers(0, 9)
)
def test_the_shipped_config_with_characters_that_mean_something_put_in(
    tmp_path_factory, place, character, cut
):
    file = tmp_path_factory.getbasetemp() / "fuzzed.yaml"
    text = (ROOT / "config.yaml").read_text()
    file.write_text(text[:place] + character + text[place + cut :])
    with only_our_own_error():
        settle(read_config(file))


@fuzzed
@given(st.binary(max_size=200) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_for_a_config_file_or_an_archive(tmp_path_factory, content):
    file = tmp_path_factory.getbasetemp() / "fuzzed"
    file.write_bytes(content)
    with only_our_own_error():
        read_config(file)
    for head in (b"", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0"):
        file.write_bytes(head + content)
        with only_our_own_error():
            if is_archive(file):
                index_archive(file)
