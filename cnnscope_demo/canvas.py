"""The picture as it is painted: colours, light, shadows, and which pixels are food."""

import math
from dataclasses import dataclass

import numpy as np

from cnnscope_demo.shapes import ramp
from cnnscope_demo.texture import cells, colour, noise

Array = np.ndarray

# Canvas pixels a side of a final pixel.
FINER = 2

_SHADOW = colour(38, 28, 30)


@dataclass(frozen=True)
class Light:
    """A direction towards the lamp (y grows downwards, z towards the eye) and a colour."""

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
    """A window of the canvas and, at each of its pixels, the coordinates of a piece.

    `u` and `v` are in canvas sides, from the piece's centre, along its own axes on the table.
    """

    rows: slice
    cols: slice
    u: Array
    v: Array

    @property
    def shape(self) -> tuple[int, int]:
        return self.u.shape


class Canvas:
    """What is painted, `FINER` times as fine as the final picture.

    Lengths and places are fractions of the side; the table is seen from above at a slant that
    shortens what lies down the picture by `tilt`.

    Attributes:
        picture: float32 (3, side, side), colours in [0, 1].
        food: float32 (side, side), how much of each pixel is food.
        clip: float32 (side, side) or None, where pieces may show (inside a bowl).
    """

    def __init__(self, size: int, light: Light, tilt: float = 1.0):
        self.side = size * FINER
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
        """The window about (x, y) that holds a piece.

        Args:
            x, y: the piece's centre on the canvas.
            reach: of the piece and its soft shadow, in all directions, or along its u.
            angle: by which its u is turned from the picture's rows.
            wide: its reach along v, where it is long and thin.
            upright: of a body as high as wide, which the slant does not shorten.
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
        """Lay a piece: its shadow on what lies there, then the piece in the canvas's light.

        Args:
            d: distance to the piece's edge, in sides, (h, w) of the frame.
            colours: (3, 1, 1) or (3, h, w).
            height: of the surface, in sides; None for a flat one.
            gloss: strength of the highlight.
            food: whether the pixels covered become food or cease to be.
            shadow, lift: darkness of the shadow, and how high the piece stands.
            cover: opacity.
        """
        if not d.size:
            return
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
        """Cover `share` of each pixel with `colours`."""
        under = self.picture[:, frame.rows, frame.cols]
        change = colours - under
        change *= share
        under += change
        owned = self.food[frame.rows, frame.cols]
        owned += (float(food) - owned) * share

    def shade(self, frame: Frame, d: Array, strength: float, lift: float) -> None:
        """Darken the canvas under a piece, away from the light."""
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
        """`colours` on a surface of `height` (in sides) in the light; a flat one stays as it is."""
        # In place where it can be: this is where most of the time goes.
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
            # Blinn: the normal against the half way between the lamp and the eye.
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
        """The span moved on the canvas, and the part of the frame that stays on it."""
        start = min(max(span.start + by, 0), self.side)
        stop = max(min(span.stop + by, self.side), start)
        return slice(start, stop), slice(start - span.start - by, stop - span.start - by)
