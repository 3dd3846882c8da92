"""The dataset that knows the truth: pictures of food, drawn, with the pixels of the food."""

from cnnscope.data.demo.dataset import SPLITS, draw_dataset
from cnnscope.data.demo.scene import CLASSES, draw_picture

__all__ = ["CLASSES", "SPLITS", "draw_dataset", "draw_picture"]
