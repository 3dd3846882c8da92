"""Signed distances to the edges of plane shapes, negative inside, and heights computed from them.

`u` and `v` are coordinates in any unit. Distances are in the same unit.
"""

import math

import numpy as np

Array = np.ndarray


def circle(u: Array, v: Array, radius: float) -> Array:
    return np.sqrt(u * u + v * v) - radius


def ellipse(u: Array, v: Array, a: float, b: float) -> Array:
    """Distance to an ellipse with semi-axes `a` and `b`, exact to first order at the edge."""
    near = np.sqrt(u * u * (1 / a**2) + v * v * (1 / b**2))
    slope = np.sqrt(u * u * (1 / a**4) + v * v * (1 / b**4))
    return (near - 1) * np.maximum(near, 0.5) / np.maximum(slope, 0.5 / max(a, b))


def box(u: Array, v: Array, a: float, b: float, corner: float) -> Array:
    """Rectangle with half sides `a` and `b`, and corners of radius `corner`."""
    x = np.abs(u) - (a - corner)
    y = np.abs(v) - (b - corner)
    outside = np.sqrt(np.maximum(x, 0) ** 2 + np.maximum(y, 0) ** 2)
    return outside + np.minimum(np.maximum(x, y), 0) - corner


def egg(u: Array, v: Array, a: float, b: float, taper: float = 0.25) -> Array:
    """Ellipse that is narrower towards negative u."""
    return ellipse(u, v * (1 - taper * np.clip(u / a, -1, 1)), a, b)


def wedge(u: Array, v: Array, radius: float, half_angle: float) -> Array:
    """Sector of a disc, with its tip at the origin and its axis along positive u."""
    side = np.abs(v) * math.cos(half_angle) - u * math.sin(half_angle)
    return np.maximum(circle(u, v, radius), side)


def triangle(u: Array, v: Array, radius: float, corner: float) -> Array:
    """Equilateral triangle of circumradius `radius`, rounded, with a corner at negative v."""
    lean = np.sqrt(u * u + corner**2 / 16) * (math.sqrt(3) / 2) - v * 0.5
    return smooth_max(lean, v, corner) - radius / 2


def leaf(u: Array, v: Array, length: float, width: float) -> Array:
    """Two arcs that meet at u = -length and u = length, at most 2 * `width` apart."""
    bend = (length**2 - width**2) / (2 * width)
    return np.sqrt(u * u + (np.abs(v) + bend) ** 2) - (bend + width)


def blob(u: Array, v: Array, radius: float, rng: np.random.Generator, wild: float = 0.12) -> Array:
    """Closed curve around a circle, with waves of random strength, 2, 3 and 5 to a turn."""
    angle = np.arctan2(v, u)
    swing = np.full_like(u, radius)
    for waves in (2, 3, 5):
        strength = radius * wild * rng.uniform(0.3, 1.0) / math.sqrt(waves - 1)
        swing += strength * np.sin(waves * angle + rng.uniform(0, 2 * math.pi))
    return np.sqrt(u * u + v * v) - swing


def arc(u: Array, v: Array, radius: float, half_angle: float) -> tuple[Array, Array]:
    """Coordinates along and across an arc around the origin, with its middle at positive u.

    Returns:
        along: from -1 at one end to 1 at the other; beyond this outside of the arc.
        off: distance from the line of the arc, positive outside of its circle.
    """
    along = np.arctan2(v, u) / half_angle
    return along, np.sqrt(u * u + v * v) - radius


def tube(along: Array, off: Array, radius: float, half_angle: float, thick: Array) -> Array:
    """Distance to a line of half thickness `thick` with round ends, along an arc (see `arc`)."""
    beyond = np.maximum(np.abs(along) - 1, 0) * (half_angle * radius)
    return np.sqrt(off * off + beyond * beyond) - thick


def smooth_min(a: Array, b: Array, blend: float) -> Array:
    """Union of two shapes, with their seam rounded over the width `blend`."""
    near = np.clip(0.5 + 0.5 * (b - a) / blend, 0, 1)
    return b + (a - b) * near - blend * near * (1 - near)


def smooth_max(a: Array, b: Array, blend: float) -> Array:
    return -smooth_min(-a, -b, blend)


def dome(d: Array, bevel: float) -> Array:
    """Height in the shape of a quarter circle, from 0 at the edge to 1 at `bevel` inside it."""
    t = d * (-1 / bevel)
    np.clip(t, 0, 1, out=t)
    t *= 2 - t
    return np.sqrt(t, out=t)


def ramp(x: Array, low: float, high: float) -> Array:
    """0 below `low`, 1 above `high`, and smooth in between; decreasing if `high` < `low`."""
    t = (x - low) * (1 / (high - low))
    np.clip(t, 0, 1, out=t)
    rest = 3 - 2 * t
    t *= t
    t *= rest
    return t
