"""The eleven kinds of food, each in a module with a function `paint(canvas, rng, place)`."""

from cnnscope_demo.foods import (
    bread,
    dairy,
    dessert,
    egg,
    fried,
    meat,
    noodles,
    rice,
    seafood,
    soup,
    vegetable,
)
from cnnscope_demo.foods.pieces import Paint

# In the order of the labels.
FOODS: dict[str, Paint] = {
    "bread": bread.paint,
    "dairy product": dairy.paint,
    "dessert": dessert.paint,
    "egg": egg.paint,
    "fried food": fried.paint,
    "meat": meat.paint,
    "noodles/pasta": noodles.paint,
    "rice": rice.paint,
    "seafood": seafood.paint,
    "soup": soup.paint,
    "vegetable/fruit": vegetable.paint,
}
