import matplotlib.pyplot as plt
import pytest


@pytest.fixture(autouse=True)
def closed():
    """No figure that a test has drawn stays in memory."""
    yield
    plt.close("all")
