"""The class names of the demo, separate because planning needs them without the painting code."""

FOOD_CLASSES = (
    "bread",
    "dairy product",
    "dessert",
    "egg",
    "fried food",
    "meat",
    "noodles/pasta",
    "rice",
    "seafood",
    "soup",
    "vegetable/fruit",
)
