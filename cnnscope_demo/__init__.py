"""A dataset of drawn pictures of food, with masks of the pixels that show the food."""
