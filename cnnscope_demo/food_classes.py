"""The demo's class names; a module of its own because the plan needs them before any drawing."""

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
