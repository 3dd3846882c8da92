"""The report in Chromium: every control does what it says."""

import re

import numpy as np
import pytest
from run_at_hand import HEIGHT, LABELS, NAMES, PATHS, PREDICTED, WIDTH, saliency_maps, shap_values

ROWS = "[...document.querySelectorAll('.sortable tbody tr')].map(row => row.cells[0].textContent)"


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
    # What was chosen stays for the next image.
    choose_image(page, 3)
    assert told(page, 0)[2] == about(shap_values()[3, 0, 0, 4, 2])


def test_below_a_map_stand_its_scale_its_scores_and_what_it_may_be_trusted_with(opened):
    page = opened()
    choose_image(page, 2)
    left = panel(page, 0)
    assert left.locator(".low").inner_text() == "0"
    high = float(left.locator(".high").inner_text())
    assert high == about(np.percentile(saliency_maps()[2], 99.5))
    assert left.locator(".scores").inner_text() == "Deletion 0.50 (lower is better)"
    trust = left.locator(".trust").inner_text()
    assert trust == "Saliency, of the 4 images of saliency: Do not trust these maps."
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


@pytest.mark.parametrize("true", range(3))
@pytest.mark.parametrize("predicted", range(3))
def test_a_cell_of_the_matrix_lists_exactly_its_images(opened, true, predicted):
    page = opened()
    own = [row for row in range(7) if (LABELS[row], PREDICTED[row]) == (true, predicted)]
    cell = page.locator(".matrix tbody tr").nth(true).locator("td").nth(predicted)
    if not own:
        assert cell.locator("button").count() == 0
        return
    assert cell.inner_text() == str(len(own))
    cell.locator("button").click()
    listed = [one.inner_text() for one in page.locator("#cell li span").all()]
    assert [one.replace("\ufffd", "\udc80") for one in listed] == [PATHS[row] for row in own]
    assert cell.locator("button").get_attribute("aria-pressed") == "true"


def test_an_image_of_a_cell_leads_to_its_maps(opened):
    page = opened()
    page.locator("#by-verdict").select_option("right")
    page.locator(".matrix tbody tr").nth(2).locator("button").first.click()
    assert page.locator("#cell li").count() == 1
    page.locator("#cell li button").click()
    assert PATHS[4] in page.locator("#image-told").inner_text()
    assert page.locator("#by-verdict").input_value() == "all"


def test_arrow_keys_move_between_the_cells_that_have_images(opened):
    page = opened()
    page.locator(".matrix button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#cell h3").inner_text() == f"{NAMES[1]} is right: 2"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator("#cell h3").inner_text() == f"{NAMES[1]} is right: 2", "there is no cell"


def test_the_scoreboard_sorts_by_number_both_ways_and_leaves_gaps_at_the_end(opened):
    page = opened()
    assert page.evaluate(ROWS) == ["SALIENCY", "SHAP", "LIME", "SOBEL"]
    heading = page.locator(".sortable thead th").nth(1)
    heading.locator("button").click()
    assert page.evaluate(ROWS) == ["SOBEL", "SALIENCY", "SHAP", "LIME"]
    assert heading.get_attribute("aria-sort") == "ascending"
    heading.locator("button").press("Enter")
    assert page.evaluate(ROWS) == ["SHAP", "SALIENCY", "SOBEL", "LIME"]
    assert heading.get_attribute("aria-sort") == "descending"
    page.locator(".sortable thead th button").first.click()
    assert page.evaluate(ROWS) == ["LIME", "SALIENCY", "SHAP", "SOBEL"]
    assert heading.get_attribute("aria-sort") is None


def test_a_layer_is_shown_alone(opened):
    page = opened()
    titles = ".layer:visible figcaption strong"
    assert page.locator(titles).all_inner_texts() == [
        "Activations: conv2.",
        "Filters: conv2 (last).",
    ]
    page.locator("#layer").select_option("1")
    assert page.locator(titles).all_inner_texts() == ["Activations: conv1."]
    size = page.locator(".layer:visible img").evaluate(
        "img => [img.naturalWidth, img.naturalHeight]"
    )
    assert size == [40, 30]


@pytest.mark.parametrize("width", [320, 700])
def test_a_narrow_screen_needs_no_scrolling_to_the_side(opened, width):
    page = opened(width=width, height=640)
    page.locator(".matrix button").nth(1).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert panel(page, 0).bounding_box()["width"] > 200


def test_dark_mode_is_dark_and_print_leaves_the_controls_out(opened):
    shade = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    assert opened().evaluate(shade) > 240 and opened(color_scheme="dark").evaluate(shade) < 40
    page = opened()
    page.emulate_media(media="print")
    for name in ("nav", ".filters", ".images", "#made"):
        assert not page.locator(name).first.is_visible(), name
    assert page.locator(".map").first.is_visible() and page.locator("figure img").first.is_visible()


def test_without_javascript_tables_and_all_figures_are_there(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert page.locator("figure:visible").count() == 4
    assert page.locator(".sortable tbody tr").count() == 4


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_has_no_serious_finding(opened, scheme, width):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright",
        reason="no axe: pip install -r envs/requirements-dev.txt",
    )
    page = opened(width=width, color_scheme=scheme)
    page.locator(".matrix button").first.click()
    page.locator("#made details").first.evaluate("details => { details.open = true; }")
    found = axe.Axe().run(page).response
    assert len(found["passes"]) > 20, "it has looked at the page"
    serious = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    assert [(one["id"], one["nodes"][0]["html"]) for one in serious] == []


def test_no_name_has_run_as_code(opened):
    assert opened().evaluate("window.harmed === undefined")
