"""The other parts of a report in Chromium: tables, layers, screens, paper and axe."""

import pytest
from run_at_hand import LABELS, NAMES, PATHS, PREDICTED

ROWS = "[...document.querySelectorAll('.sortable tbody tr')].map(row => row.cells[0].textContent)"


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
    assert page.locator(titles).all_inner_texts() == ["Activations: conv3."]
    size = page.locator(".layer:visible img").evaluate(
        "img => [img.naturalWidth, img.naturalHeight]"
    )
    assert size == [60, 30]


@pytest.mark.parametrize("width", [320, 700])
def test_a_narrow_screen_needs_no_scrolling_to_the_side(opened, width):
    page = opened(width=width, height=640)
    page.locator(".matrix button").nth(1).click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".panel").first.bounding_box()["width"] > 200


def test_dark_mode_is_dark_and_print_leaves_the_controls_out(opened):
    shade = "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
    assert opened().evaluate(shade) > 240 and opened(color_scheme="dark").evaluate(shade) < 40
    page = opened(color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate(shade) > 240
    for name in ("nav", ".filters", ".images", "#made"):
        assert not page.locator(name).first.is_visible(), name
    assert page.locator(".map").first.is_visible() and page.locator("figure img").first.is_visible()


def test_without_javascript_tables_and_all_figures_are_there(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("noscript p").is_visible()
    assert page.locator("figure:visible").count() == 5
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
