"""The canvas that a picture is painted on, with light, shadows, and a mask of the food."""

import math
from dataclasses import dataclass

import numpy as np

from cnnscope_demo.objects import Objects
from cnnscope_demo.shapes import ramp
from cnnscope_demo.texture import cells, colour, noise

Array = np.ndarray

# The side of a pixel of the final picture, in pixels of the canvas.
FINER = 2

_SHADOW = colour(38, 28, 30)


@dataclass(frozen=True)
class Light:
    """The light of a picture.

    Attributes:
        x, y, z: unit vector towards the lamp; x to the right, y downwards, z towards the viewer.
        ambient: share of the light that is the same everywhere.
        tint: (3, 1, 1), the colour that multiplies the finished picture.
    """

    x: float
    y: float
    z: float
    ambient: float
    tint: Array

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Light":
        azimuth = rng.uniform(math.radians(150), math.radians(390))
        steep = rng.uniform(0.55, 0.8)
        flat = math.sqrt(1 - steep**2)
        warm = rng.uniform(-0.04, 0.05)
        tint = np.array([1 + warm, 1, 1 - warm], np.float32)[:, None, None]
        return cls(
            x=flat * math.cos(azimuth),
            y=flat * math.sin(azimuth),
            z=steep,
            ambient=rng.uniform(0.5, 0.64),
            tint=tint * rng.uniform(0.94, 1.1),
        )


@dataclass
class Frame:
    """A window of the canvas, with the coordinates of a piece at each of its pixels.

    Attributes:
        rows, cols: the window.
        u, v: float32 (h, w), coordinates on the table along the axes of the piece, from its
            centre, in sides of the canvas.
    """

    rows: slice
    cols: slice
    u: Array
    v: Array

    @property
    def shape(self) -> tuple[int, int]:
        return self.u.shape


class Canvas:
    """The picture while it is painted, with `FINER` times the resolution of the final one.

    Lengths and positions are fractions of the side. The table is seen at an angle from above, so
    that lengths on it appear shortened by the factor `tilt` in the vertical direction.

    Attributes:
        side: height and width in pixels.
        picture: float32 (3, side, side), colours in [0, 1].
        food: float32 (side, side), the share of each pixel that is food.
        clip: float32 (side, side), in [0, 1], where pieces can be seen, such as inside of a bowl;
            None for everywhere.
        objects: what is painted, of which some may be left out.
    """

    def __init__(self, size: int, light: Light, tilt: float = 1.0, objects: Objects | None = None):
        self.side = size * FINER
        self.objects = objects or Objects(self.side)
        self.light = light
        self.tilt = tilt
        self.picture = np.ones((3, self.side, self.side), np.float32)
        self.food = np.zeros((self.side, self.side), np.float32)
        self.clip: Array | None = None

    def frame(
        self,
        x: float,
        y: float,
        reach: float,
        angle: float = 0,
        wide: float | None = None,
        upright: bool = False,
    ) -> Frame:
        """The window around (x, y) that contains a piece.

        Args:
            x, y: centre of the piece on the canvas.
            reach: largest distance of the piece and its shadow from the centre, in all directions,
                or only along u if `wide` is given.
            angle: angle in radians between u and the rows of the picture.
            wide: largest distance along v, for a long and thin piece.
            upright: whether the piece is as high as wide, so that the tilt does not shorten it.
        """
        tilt = 1.0 if upright else self.tilt
        cos, sin = math.cos(angle), math.sin(angle)
        far_right = far_down = reach
        if wide is not None:
            far_right = reach * abs(cos) + wide * abs(sin)
            far_down = reach * abs(sin) + wide * abs(cos)
        left, right = self._span(x, far_right)
        top, bottom = self._span(y, far_down * tilt)
        across = (np.arange(left, right, dtype=np.float32) + 0.5) / self.side - x
        down = ((np.arange(top, bottom, dtype=np.float32) + 0.5) / self.side - y) / tilt
        across, down = across[None, :], down[:, None]
        return Frame(
            slice(top, bottom),
            slice(left, right),
            across * cos + down * sin,
            down * cos - across * sin,
        )

    def whole(self, angle: float = 0) -> Frame:
        return self.frame(0.5, 0.5, 0.5 / self.tilt, angle)

    def noise(self, rng: np.random.Generator, frame: Frame, feature: float) -> Array:
        return noise(rng, frame.shape, feature * self.side)

    def cells(self, rng: np.random.Generator, frame: Frame, feature: float) -> Array:
        return cells(rng, frame.shape, feature * self.side)

    def put(
        self,
        frame: Frame,
        d: Array,
        colours: Array,
        height: Array | None = None,
        gloss: float = 0.0,
        food: bool = False,
        shadow: float = 0.45,
        lift: float = 0.015,
        cover: float = 1.0,
    ) -> None:
        """Paint the shadow of a piece and then the piece, lit by the canvas's light.

        Args:
            d: (h, w) of the frame, signed distance to the edge of the piece, in sides.
            colours: (3, 1, 1) or (3, h, w), in [0, 1].
            height: (h, w), height of the surface in sides; None for a flat one.
            gloss: strength of the highlight.
            food: whether the piece is food. Pixels that it covers are marked accordingly.
            shadow: darkness of the shadow, from 0 to 1.
            lift: height of the piece above the ground, in sides.
            cover: opacity, from 0 to 1.
        """
        if not d.size:
            return
        d = self.objects.kept(frame, d)
        if shadow:
            self.shade(frame, d, shadow, lift)
        share = np.clip(0.5 - d * self.side, 0, 1)
        if cover != 1:
            share *= cover
        if self.clip is not None:
            share *= self.clip[frame.rows, frame.cols]
        if height is not None:
            colours = self.lit(colours, height, gloss)
        self.blend(frame, colours, share, food)

    def blend(self, frame: Frame, colours: Array, share: Array, food: bool) -> None:
        """Cover the share `share` of each pixel with `colours`, and update the mask of the food."""
        under = self.picture[:, frame.rows, frame.cols]
        change = colours - under
        change *= share
        under += change
        owned = self.food[frame.rows, frame.cols]
        owned += (float(food) - owned) * share
        self.objects.cover(frame, share)

    def shade(self, frame: Frame, d: Array, strength: float, lift: float) -> None:
        """Darken the canvas under a piece, shifted away from the light."""
        soft = 0.012 + 0.9 * lift
        down = round(-self.light.y / self.light.z * lift * self.side)
        right = round(-self.light.x / self.light.z * lift * self.side)
        rows, kept_rows = self._moved(frame.rows, down)
        cols, kept_cols = self._moved(frame.cols, right)
        dark = ramp(d[kept_rows, kept_cols], 0.45 * soft, -0.55 * soft)
        dark *= strength
        if self.clip is not None:
            dark *= self.clip[rows, cols]
        under = self.picture[:, rows, cols]
        under -= under * (1 - _SHADOW) * dark

    def lit(self, colours: Array, height: Array, gloss: float = 0.0) -> Array:
        """`colours` of a lit surface with `height` in sides; those of a flat one are unchanged."""
        # Computed in place where possible, because most of the time is spent here.
        height = height * (self.side / 2)
        right, down = np.zeros_like(height), np.zeros_like(height)
        np.subtract(height[:, 2:], height[:, :-2], out=right[:, 1:-1])
        np.subtract(height[2:], height[:-2], out=down[1:-1])
        steep = right * right
        steep += down * down
        steep += 1
        level = 1 / np.sqrt(steep)
        light = self.light
        right *= -light.x
        down *= -light.y
        facing = right + down
        facing += light.z
        facing *= level
        np.maximum(facing, 0, out=facing)
        lit = colours * (light.ambient + (1 - light.ambient) / light.z * facing)
        if gloss:
            # Highlight of Blinn 1977, by the angle between the normal and the half-way vector.
            facing += level
            facing *= 1 / math.sqrt((light.z + 1) * 2)
            for _ in range(5):
                facing *= facing
            facing *= gloss
            lit += facing
        return lit

    def _span(self, centre: float, reach: float) -> tuple[int, int]:
        start = math.floor((centre - reach) * self.side)
        stop = math.ceil((centre + reach) * self.side)
        start = min(max(start, 0), self.side)
        return start, min(max(stop, start), self.side)

    def _moved(self, span: slice, by: int) -> tuple[slice, slice]:
        """The span moved by `by` pixels, and the part of the frame that is still on the canvas."""
        start = min(max(span.start + by, 0), self.side)
        stop = max(min(span.stop + by, self.side), start)
        return slice(start, stop), slice(start - span.start - by, stop - span.start - by)
