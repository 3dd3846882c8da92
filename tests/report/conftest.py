"""A browser that opens the report of a small run from its file."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from run_at_hand import written

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Chromium; a test that needs one is skipped where there is none."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: pip install -r envs/requirements-dev.txt"
    )
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no browser: apt-get install chromium-headless-shell, or put chromium on PATH")
    with api.sync_playwright() as playwright:
        # Its own sandbox cannot be had as root; the page is ours.
        running = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def report_file(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    written(folder)
    return folder / "report.html"


@pytest.fixture
def opened(browser, report_file) -> Iterator[Callable]:
    """Open the report in a new window; whatever it asks for and complains of fails the test."""
    contexts, asked, said = [], [], []

    def open_page(width: int = 1280, height: int = 900, **how):
        contexts.append(browser.new_context(viewport={"width": width, "height": height}, **how))
        page = contexts[-1].new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("dialog", lambda dialog: said.append(dialog.message))
        page.goto(report_file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for url in asked if not url.startswith("data:")] == [report_file.as_uri()] * len(
        contexts
    )
    assert said == []
