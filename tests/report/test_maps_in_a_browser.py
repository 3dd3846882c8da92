"""The maps of a report in Chromium: every control does what it says."""

import re

import numpy as np
import pytest
from run_at_hand import HEIGHT, NAMES, PATHS, WIDTH, saliency_maps, shap_values


def panel(page, number: int):
    return page.locator(".panel").nth(number)


def point(page, number: int, row: int, column: int) -> None:
    """Put the pointer on the middle of a pixel of a map."""
    canvas = panel(page, number).locator(".map")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    x = box["x"] + (column + 0.5) * box["width"] / WIDTH
    page.mouse.move(x, box["y"] + (row + 0.5) * box["height"] / HEIGHT)


def told(page, number: int) -> tuple[int, int, float, str]:
    """Row, column, value and units that stand below a map."""
    line = panel(page, number).locator(".value").inner_text()
    found = re.fullmatch(r"row (\d+), column (\d+): (\S+) (.+)", line)
    return int(found[1]), int(found[2]), float(found[3]), found[4]


def images(page) -> list[str]:
    """The photographs that are listed, by what stands beside them."""
    return [one.inner_text() for one in page.locator("#image-list label").all()]


def choose_image(page, number: int) -> None:
    page.locator(f'#image-list input[value="{number}"]').check()


def about(value: float, tolerance: float = 1e-4):
    """Four digits are told, of a value that was told in steps."""
    return pytest.approx(value, rel=5e-4, abs=tolerance)


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 3), (5, 0), (2, 1), (4, 3)])
def test_the_value_under_the_pointer_is_that_of_the_array_in_both_maps(opened, row, column):
    page = opened()
    for number in (0, 2):
        choose_image(page, number)
        point(page, 0, row, column)
        wanted = float(saliency_maps()[number, row, column])
        assert told(page, 0) == (row, column, about(wanted), "logits per unit of intensity")
        signed = float(shap_values()[number, 0, 0, row, column])
        assert told(page, 1) == (row, column, about(signed), "logit")
        assert (told(page, 1)[2] < 0) == (row < HEIGHT // 2 and wanted > 0)


def test_a_map_is_painted_in_its_colours_where_its_values_are(opened):
    page = opened()
    choose_image(page, 2)
    script = """canvas => [canvas.width, canvas.height,
        [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]]"""
    width, height, pixels = panel(page, 1).locator(".map").evaluate(script)
    assert (width, height) == (WIDTH, HEIGHT)
    painted = np.array(pixels).reshape(HEIGHT, WIDTH, 4)
    # bwr: blue below 0, in the upper half; red above it; as strong as it is far from 0.
    upper, lower = painted[: HEIGHT // 2], painted[HEIGHT // 2 :]
    assert (upper[..., 2] == 255).all() and (upper[..., 0] < 255).all()
    assert (lower[..., 0] == 255).all() and (lower[..., 2] < 255).all()
    assert lower[2, 3, 2] < lower[0, 0, 2] and (painted[..., 3] == 255).all()


def test_the_slider_makes_the_maps_transparent(opened):
    page = opened()
    opacity = "canvas => getComputedStyle(canvas).opacity"
    maps = page.locator(".map").all()
    assert [one.evaluate(opacity) for one in maps] == ["0.7", "0.7"]
    page.locator("#opacity").focus()
    page.keyboard.press("Home")
    assert [one.evaluate(opacity) for one in maps] == ["0", "0"]
    assert page.locator("#opacity-told").inner_text() == "0 %"
    page.keyboard.press("ArrowRight")
    assert maps[1].evaluate(opacity) == "0.01"
    assert panel(page, 0).locator(".photograph").evaluate(opacity) == "1"


def test_another_class_and_another_method_show_their_own_map(opened):
    page = opened()
    choose_image(page, 2)
    classes = panel(page, 1).locator(".class")
    assert classes.locator("option").all_inner_texts() == [NAMES[2], NAMES[1]]
    classes.select_option("1")
    point(page, 1, 4, 2)
    assert told(page, 1)[2] == about(shap_values()[2, 1, 0, 4, 2])
    panel(page, 0).locator(".method").select_option("shap")
    assert told(page, 0)[2] == about(shap_values()[2, 0, 0, 4, 2])
    panel(page, 1).locator(".method").select_option("saliency")
    assert told(page, 1)[2] == about(saliency_maps()[2, 4, 2])
    # The method stays for the next image, which has a target of its own.
    panel(page, 0).locator(".class").select_option("1")
    choose_image(page, 3)
    assert told(page, 0)[2] == about(shap_values()[3, 0, 0, 4, 2])
    choose_image(page, 0)
    assert panel(page, 0).locator(".class").input_value() == "0"


def test_below_a_map_stand_its_scale_its_scores_and_what_it_may_be_trusted_with(opened):
    page = opened()
    choose_image(page, 2)
    left = panel(page, 0)
    assert left.locator(".low").inner_text() == "0"
    high = float(left.locator(".high").inner_text())
    assert high == about(np.percentile(saliency_maps()[2], 99.5))
    assert left.locator(".scores").inner_text() == "Deletion 0.50 (lower is better)"
    trust = left.locator(".trust").inner_text()
    assert trust == "Saliency on 4 images (saliency): Do not trust these maps."
    assert panel(page, 1).locator(".trust").inner_text() == ""
    assert panel(page, 1).locator(".middle").inner_text() == "0"
    left.locator(".about a").click()
    page.locator("#made-gather-saliency[open]").wait_for(timeout=5000)


def test_a_map_that_is_not_drawn_says_why(opened):
    page = opened()
    choose_image(page, 1)
    right = panel(page, 1)
    assert not right.locator(".map").is_visible() and not right.locator(".bar").is_visible()
    assert right.locator(".units").inner_text().startswith("Not drawn: the values miss")
    choose_image(page, 2)
    assert right.locator(".map").is_visible()


def test_arrow_keys_read_values_up_to_the_edges(opened):
    page = opened()
    choose_image(page, 2)
    panel(page, 0).locator(".map").focus()
    page.keyboard.press("ArrowDown")
    assert told(page, 0)[:2] == (HEIGHT // 2 + 1, WIDTH // 2)
    page.keyboard.press("ArrowLeft")
    assert told(page, 0)[:2] == told(page, 1)[:2] == (HEIGHT // 2 + 1, WIDTH // 2 - 1)
    for _ in range(HEIGHT):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    assert told(page, 0)[:2] == (HEIGHT - 1, WIDTH - 1)
    assert told(page, 0)[2] == about(saliency_maps()[2, -1, -1])


def test_images_are_chosen_by_class_by_verdict_and_by_confusion(opened):
    page = opened()
    assert len(images(page)) == 4 and page.locator("#image-count").inner_text() == "(4 of 4)"
    page.locator("#by-verdict").select_option("wrong")
    assert images(page) == [f"{NAMES[0]} ✗ {NAMES[1]}", f"{NAMES[2]} ✗ {NAMES[0]}"]
    assert PATHS[1] in page.locator("#image-told").inner_text(), "the first of them is shown"
    page.locator("#by-class").select_option(label=NAMES[2])
    assert images(page) == [f"{NAMES[2]} ✗ {NAMES[0]}"]
    page.locator("#by-verdict").select_option("right")
    assert images(page) == [f"{NAMES[2]} ✓"]
    page.locator("#by-class").select_option("all")
    page.locator("#by-verdict").select_option("all")
    page.locator("#by-order").select_option("confused")
    # The logits of the true class and of the others are the same in all but the wrong ones, and
    # the further an image is behind the others the less its best class stands out.
    values = [one.get_attribute("value") for one in page.locator("#image-list input").all()]
    assert values == ["1", "2", "3", "0"]


def test_images_are_chosen_by_arrow_keys(opened):
    page = opened()
    page.locator("#image-list input").first.focus()
    page.keyboard.press("ArrowDown")
    assert PATHS[1] in page.locator("#image-told").inner_text()
