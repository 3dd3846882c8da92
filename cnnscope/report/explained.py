"""The explained images of a run and their maps, as the page carries them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from cnnscope.figures.score_lines import known_scores
from cnnscope.figures.style import class_name, map_limits
from cnnscope.networks.probabilities import probabilities
from cnnscope.report.class_maps import class_maps, notes, refusal
from cnnscope.report.embedding import photograph, quantised

_LIKELIEST = 3


@dataclass(frozen=True)
class Source:
    """The maps of a method, as its job has stored them.

    Attributes:
        question: the question that asks for them.
        method: the attribution method.
        target: of the settings, in words.
        made: where the page says what they were made from.
        maps: float (N, H, W).
        details, facts: what describes them.
        index: a row an image: `set`, `split`, `position`, `path`, `label`.
        scores: a row an image; None where there are none.
        score_facts: `metrics` and `trust`.
    """

    question: str
    method: str
    target: str
    made: str
    maps: np.ndarray
    details: Mapping[str, np.ndarray]
    facts: Mapping
    index: Sequence[Mapping[str, str]]
    scores: Sequence[Mapping[str, str]] | None = None
    score_facts: Mapping | None = None


@dataclass
class Explained:
    """What the page shows of maps.

    Attributes:
        images: a photograph each, with its name, its class, what the network says of it.
        maps: one an image, method and class.
        sources: what is said of all maps of one question and method.
        count: how many images there are, those that are not shown among them.
    """

    images: list[dict] = field(default_factory=list)
    maps: list[dict] = field(default_factory=list)
    sources: list[dict] = field(default_factory=list)
    count: int = 0


def explained(
    sources: Sequence[Source],
    sets: Mapping[str, np.ndarray],
    names: Sequence[str],
    methods: Mapping[str, Mapping],
    most: int,
) -> Explained:
    """The first images of each source, each once, and all maps of them.

    A map of the same image, method and class that a second question asks for is the same map.

    Args:
        sets: the images of each image set, uint8 (N, H, W, C).
        names: of the classes.
        methods: `signed`, `relative` of each.
        most: how many images of a source are shown at most.
    """
    found = Explained()
    places: dict[tuple[str, str], int] = {}
    known: set[tuple[int, str, int]] = set()
    everyone = set()
    for number, source in enumerate(sources):
        found.sources.append(_described(source))
        everyone |= {_key(row) for row in source.index}
        if "refused" in source.facts:
            continue
        for row, image in _photographs(source.index, sets, most):
            key = _key(source.index[row])
            if key not in places:
                places[key] = len(found.images)
                found.images.append(_image(source, row, image, names))
            for one in _maps(source, row, methods[source.method]):
                own = (places[key], source.method, one["class"])
                if own not in known:
                    known.add(own)
                    own_map = {"image": places[key], "source": number, "method": source.method}
                    found.maps.append(own_map | one)
    found.count = len(everyone)
    return found


def _key(row: Mapping[str, str]) -> tuple[str, str]:
    return row["split"], row["position"]


def _photographs(
    index: Sequence[Mapping[str, str]], sets: Mapping[str, np.ndarray], most: int
) -> Iterator[tuple[int, np.ndarray]]:
    """The number of each row of an index and its image; image sets stand one after the other."""
    places = dict.fromkeys(sets, 0)
    for row, line in enumerate(index[:most]):
        name = line["set"]
        yield row, sets[name][places[name]]
        places[name] += 1


def _described(source: Source) -> dict:
    facts = source.score_facts or {}
    return {
        "question": source.question,
        "method": source.method,
        "target": source.target,
        "made": source.made,
        "units": source.facts["units"],
        "layer": source.facts.get("layer"),
        "trust": facts.get("trust", ""),
        "images": len(source.index),
        "refused": source.facts.get("refused"),
    }


def _image(source: Source, row: int, image: np.ndarray, names: Sequence[str]) -> dict:
    shares = probabilities(source.details["logits"][row])
    likeliest = np.argsort(-shares, kind="stable")[:_LIKELIEST]
    label = int(source.details["labels"][row])
    truth = shares[label] if label >= 0 else shares.max()
    line = source.index[row]
    return {
        "path": line["path"],
        "split": line["split"],
        "position": int(line["position"]),
        "label": label,
        "predicted": int(likeliest[0]),
        "likeliest": [
            {"class": int(one), "name": class_name(names, one), "share": float(shares[one])}
            for one in likeliest
        ],
        # 0 where the network is sure of the true class, or of any where none is known.
        "confusion": 1 - float(truth),
        "photograph": photograph(image),
    }


def _maps(source: Source, row: int, method: Mapping) -> Iterator[dict]:
    """The maps of an image by class, all on one scale, so that classes can be compared."""
    refused = refusal(source.details, row)
    found = class_maps(source.maps, source.details, row)
    known = np.stack([one for _, one in found])
    kind = {"signed": method["signed"], "relative": method["relative"]}
    low, high, _ = map_limits(np.nan_to_num(known, posinf=0, neginf=0), **kind)
    told = {"notes": notes(source.details, row), "refused": refused}
    target = int(source.details["targets"][row])
    for number, one in found:
        steps = quantised(one)
        # The scores are those of the target's map.
        scores = _scores(source, row) if number == target else []
        yield {"class": number, "low": low, "high": high, "scores": scores} | told | (
            {} if refused else {"size": list(one.shape), "tolerance": steps.tolerance}
            | asdict(steps)
        )  # fmt: skip


def _scores(source: Source, row: int) -> list[dict]:
    if source.scores is None or source.score_facts is None:
        return []
    return [
        {"title": about["title"], "better": about["better"], "value": value}
        for about, value in known_scores(source.scores[row], source.score_facts["metrics"])
    ]
