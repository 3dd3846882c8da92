"""The dataset that knows the truth: pictures of food, drawn, with the pixels of the food."""
