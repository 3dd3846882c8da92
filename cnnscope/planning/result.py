"""A result of the plan: what it is made from, and the key under which it is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cnnscope import provenance
from cnnscope.planning.record import RECORD

# Hexadecimal digits of a key in a path: 80 bits, which no two results share by chance.
_SHOWN = 20
_TRIPLE = {"array": "result.npy", "details": "result.npz", "facts": "result.json"}
FIGURE = {"figure": "figure.{format}"}
_SET = {"images": "images.npy", "table": "images.json", "index": "images.csv"}
# The files of each rule, by the name that scripts call them; a folder ends with a slash, and
# {format} stands for that of the figures.
OUTPUTS: dict[str, dict[str, str]] = {
    "demo": {"dataset": "dataset/"},
    "decode": {"images": "images.npy", "table": "images.csv"},
    "manifest": {"table": "manifest.csv"},
    "class_counts": {"table": "class_counts.csv"},
    "pictures": {"images": "images.npy", "table": "images.csv"},
    "masks": {"masks": "masks.npy"},
    "picture_set": _SET,
    "image_set": _SET,
    "layers": {"table": "layers.csv"},
    "train": {
        "weights": "weights.safetensors",
        "history": "history.csv",
        "events": "tensorboard/",
    },
    "download": {"checkpoint": "checkpoint"},
    "convert": {"weights": "weights.safetensors"},
    "history": {"table": "history.csv"},
    "predictions": {"logits": "logits.npy", "facts": "logits.json"},
    "attribution": _TRIPLE | {"index": "result.csv"},
    "gather": _TRIPLE | {"index": "result.csv"},
    "cascade": _TRIPLE,
    "filter_pictures": _TRIPLE,
    "strongest_images": _TRIPLE,
    "class_ascent": _TRIPLE,
    "dreams": _TRIPLE,
    "activation_maps": {"arrays": "activations/"},
    "confusion_counts": {
        "counts": "confusion.npy",
        "table": "confusion.csv",
        "mixups": "mixups.csv",
    },
    "score": {"scores": "scores.npy"},
    "metric_scores": {"table": "scores.csv", "facts": "scores.json"},
    "method_scores": {"table": "scores.csv", "facts": "scores.json"},
    "scoreboard": {"table": "scoreboard.csv"},
    "class_scores": {"table": "class_scores.csv"},
    "trials": {"table": "scores.csv", "pictures": "pictures.csv"} | _TRIPLE,
    "shortcut_clusters": {"table": "shortcuts.csv", "clusters": "clusters.csv"} | _TRIPLE,
    "moved_marks": {"table": "moved_marks.csv"},
    "figure_activations": {"layers": "layers/", "overview": "overview.{format}"},
    "figure_chart": FIGURE,
    "figure_samples": FIGURE,
}


@dataclass(frozen=True)
class Ref:
    """One file or folder of a result, as another result reads it."""

    result: Result
    output: str

    @property
    def path(self) -> str:
        return self.result.path(self.output)

    @property
    def identity(self) -> list[str]:
        return [self.result.key, self.output]


@dataclass(frozen=True)
class Given:
    """What the user gives: known by the digest of its content, wherever it lies.

    Attributes:
        content: SHA-256 of it.
        path: of the file that the job reads; None where the job is told of it in another way.
    """

    content: str
    path: str | None = None

    @property
    def identity(self) -> str:
        return self.content


Input = Ref | Given | Sequence[Ref]


@dataclass(frozen=True, eq=False)
class Result:
    """What a job makes.

    Attributes:
        rule: the Snakemake rule.
        label: which of the rule's results it is, for people: a split, a method, a layer.
        parameters: all settings that change it, as plain values.
        inputs: what it is made from, in order.
        code: `{"files": {path: sha256}, "libraries": {name: version}}` of the code that makes it.
        context: what its job needs to know and what does not change it: threads, device, folders.
        outputs: its files by name, relative to its folder; a folder ends with a slash.
    """

    rule: str
    label: str
    parameters: Mapping
    inputs: Mapping[str, Input]
    code: Mapping[str, Mapping[str, str]]
    outputs: Mapping[str, str]
    context: Mapping = field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """SHA-256 over all that changes the result."""
        inputs = [[name, _identity(given)] for name, given in self.inputs.items()]
        return provenance.digest(
            rule=self.rule, parameters=self.parameters, inputs=inputs, code=self.code
        )

    @property
    def name(self) -> str:
        """The name of its folder below that of its rule."""
        return f"{self.label}-{self.key[:_SHOWN]}"

    @property
    def folder(self) -> str:
        """Its folder, relative to the store."""
        return f"{self.rule}/{self.name}"

    def path(self, output: str) -> str:
        """The path of an output, relative to the store."""
        return f"{self.folder}/{self.outputs[output]}".rstrip("/")

    @property
    def record(self) -> str:
        """The path of its record, relative to the store."""
        return f"{self.folder}/{RECORD}"

    def __getitem__(self, output: str) -> Ref:
        return Ref(self, output)

    def sources(self) -> Iterator[Result]:
        """The results that it is made from, each once, in order."""
        references = (ref for given in self.inputs.values() for ref in _references(given))
        yield from dict.fromkeys(ref.result for ref in references)

    def described(self) -> dict:
        """What its record says of how it was made, as plain values."""
        return {
            "result": self.folder,
            "key": self.key,
            "parameters": dict(self.parameters),
            "inputs": {name: _described(given) for name, given in self.inputs.items()},
            "code": dict(self.code["files"]),
            "libraries": dict(self.code["libraries"]),
        }


def closure(results: Sequence[Result]) -> list[Result]:
    """`results` and all that they are made from, each once, sources first."""
    ordered: dict[Result, None] = {}

    def visit(result: Result) -> None:
        if result not in ordered:
            for source in result.sources():
                visit(source)
            ordered[result] = None

    for result in results:
        visit(result)
    return list(ordered)


def _references(given: Input) -> Sequence[Ref]:
    if isinstance(given, Ref):
        return [given]
    return [] if isinstance(given, Given) else given


def _identity(given: Input):
    return [ref.identity for ref in given] if isinstance(given, Sequence) else given.identity


def _described(given: Input):
    if isinstance(given, Given):
        return given.content
    return [f"{ref.result.folder}/{ref.output}" for ref in _references(given)]
