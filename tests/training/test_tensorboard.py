import numpy as np
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch import nn

from cnnscope.training.tensorboard import Events
from cnnscope.training.train import Point


def model() -> nn.Module:
    torch.manual_seed(0)
    layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(144, 2))
    layers(torch.rand(2, 3, 8, 8)).sum().backward()
    return layers


def point(step: int) -> Point:
    return Point(step, step / 10, 1.5, 0.25, 1.25, 0.5)


def read(folder) -> EventAccumulator:
    events = EventAccumulator(str(folder), size_guidance={"images": 0})
    events.Reload()
    return events


def test_tensorboard_s_own_reader_finds_everything(tmp_path):
    events = Events(tmp_path, model())
    events.start(np.zeros((3, 8, 8, 3), np.uint8))
    events.add(point(10))
    events.close()
    found = read(tmp_path)
    scalars = {tag: found.Scalars(tag)[0].value for tag in found.Tags()["scalars"]}
    assert scalars == {
        "accuracy/training": 0.25,
        "accuracy/validation": 0.5,
        "loss/training": 1.5,
        "loss/validation": 1.25,
    }
    histograms = {"weights/0.weight", "weights/3.bias", "gradients/0.bias", "gradients/3.weight"}
    assert histograms <= set(found.Tags()["histograms"])
    assert found.Histograms("weights/0.weight")[0].histogram_value.num == 4 * 3 * 9
    assert len(found.Tags()["images"]) == 1
    nodes = [node.name for node in found.Graph() and _graph(found).node]
    assert any("Conv2d" in name for name in nodes)


def _graph(found: EventAccumulator):
    from tensorboard.compat.proto.graph_pb2 import GraphDef

    graph = GraphDef()
    graph.ParseFromString(found.Graph().SerializeToString())
    return graph


def test_what_an_interrupted_training_wrote_too_much_is_withdrawn(tmp_path):
    first = Events(tmp_path, model())
    for step in (10, 20):
        first.add(point(step))
    first.close()
    second = Events(tmp_path, model(), after=10)
    for step in (20, 30):
        second.add(point(step))
    second.close()
    steps = [event.step for event in read(tmp_path).Scalars("loss/training")]
    assert steps == [10, 20, 30]


def test_a_model_that_cannot_be_traced_gets_no_graph_and_the_log_says_so(tmp_path):
    class Stubborn(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, x):
            raise RuntimeError("not now\nnor later")

    said = []
    Events(tmp_path, Stubborn()).start(np.zeros((1, 8, 8, 3), np.uint8), said.append)
    assert said == ["TensorBoard gets no graph: RuntimeError: not now"]
