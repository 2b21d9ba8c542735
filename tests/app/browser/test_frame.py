"""The frame in a real Chromium: keys, pinning, exports, themes, addresses."""

from urllib.parse import parse_qs, urlsplit

import pytest

from lpd.notebook import pinned_views
from lpd.workspace import open_workspace
from tests.app.browser.component_pages import low_contrasts
from tests.app.browser.running import new_page, serving, settled

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  let one = document.activeElement;
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return (one.getAttribute('aria-label') || one.innerText || one.id || one.tagName).trim();
}"""
RINGED = """() => {
  let one = document.activeElement;
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  const shown = [one];
  while (shown.length < 4) shown.push(shown.at(-1)?.parentElement);
  const outlined = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  const ringed = (style) =>
    outlined(style) || style.boxShadow !== 'none' || style.borderTopColor === 'rgb(31, 95, 139)';
  return shown.filter(Boolean).map(one => getComputedStyle(one)).some(ringed);
}"""
PAGES = ("", "compare", "diversity", "topics", "training", "map")


@pytest.fixture(scope="module")
def address(own_demo):
    with serving(own_demo) as found:
        yield found


def opened(page, address: str) -> None:
    page.goto(address)
    page.locator(".st-key-keys_button, .st-key-head_actions").first.wait_for()
    page.locator("dialog.lpd-keys").first.wait_for(state="attached")  # what listens for keys is there
    settled(page)


@pytest.mark.parametrize("name", PAGES)
def test_a_question_mark_lists_the_keys_on_every_page(browser, address, name):
    with new_page(browser) as page:
        opened(page, f"{address}{name}")
        page.locator("body").press("?")
        keys = page.locator("dialog.lpd-keys")
        keys.wait_for()
        assert keys.get_by_role("heading", name="Everywhere").is_visible()
        page.keyboard.press("Escape")
        keys.wait_for(state="hidden")
        page.get_by_role("button", name="Keys of this page").click()
        keys.wait_for()
        keys.get_by_role("button", name="Close").click()
        keys.wait_for(state="hidden")


def test_a_question_mark_in_a_field_is_text(browser, address):
    with new_page(browser) as page:
        opened(page, address)
        box = page.get_by_role("textbox", name="Query")
        box.fill("what")
        box.press("?")
        assert box.input_value() == "what?"
        assert not page.locator("dialog.lpd-keys").is_visible()


def test_the_keys_are_listed_over_an_open_shot_and_leave_it_open(browser, address, own_demo):
    shot = open_workspace(own_demo).collection("inland").shot_ids[3]
    with new_page(browser) as page:
        page.goto(f"{address}?q=a+dog&shot={shot}")
        detail = page.locator('[data-testid="stDialog"]')
        detail.locator(".strip .here").wait_for()
        page.keyboard.press("?")
        keys = page.locator("dialog.lpd-keys")
        keys.wait_for()
        keys.get_by_role("heading", name="Everywhere").click()
        page.keyboard.press("Escape")
        keys.wait_for(state="hidden")
        assert detail.is_visible()
        assert f"shot={shot}" in page.url


def test_a_view_is_pinned_and_its_address_opens_the_same(browser, address, own_demo):
    with new_page(browser) as page:
        opened(page, f"{address}?q=a+dog&k=10")
        page.locator(".st-key-pin button").first.click()
        body = page.locator('[data-testid="stPopoverBody"]')
        body.get_by_role("textbox", name="Title").fill("dogs <b>")
        body.get_by_role("button", name="Pin to the notebook").click()
        body.get_by_text("Pinned as view").wait_for()
        link = body.locator("code").inner_text()
    (pinned,) = pinned_views(own_demo / "notebook.sqlite")
    assert pinned.view.title == "dogs <b>"
    for target in (link, address + pinned.view.address.removeprefix("./")):
        asked = parse_qs(urlsplit(target).query)
        assert (asked["q"], asked["k"], asked["model"]) == (["a dog"], ["10"], ["lpd"])
        with new_page(browser) as page:
            opened(page, target)
            assert page.get_by_role("textbox", name="Query").input_value() == "a dog"


def test_an_export_is_made_on_the_click(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}?q=a+dog")
        page.locator(".st-key-export button").first.click()
        button = page.locator('[data-testid="stPopoverBody"] [data-testid="stDownloadButton"] button').first
        with page.expect_download() as download:
            button.click()
        data = download.value.path().read_bytes()
        assert data
        assert download.value.suggested_filename.rpartition(".")[2] in ("csv", "parquet", "zip", "png", "svg")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_colours_follow_the_browser(browser, address, dark):
    with new_page(browser, dark=dark) as page:
        opened(page, address)
        page.wait_for_function(
            "dark => getComputedStyle(document.documentElement).colorScheme === (dark ? 'dark' : 'light')",
            arg=dark,
        )
        ground = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
        assert ground == ("rgb(21, 24, 28)" if dark else "rgb(247, 247, 245)")
        settled(page)  # the page runs again once it knows the theme
        page.keyboard.press("?")
        keys = page.locator("dialog.lpd-keys")
        keys.wait_for()
        colour = keys.evaluate("one => getComputedStyle(one).backgroundColor")
        assert colour == ("rgb(29, 33, 38)" if dark else "rgb(255, 255, 255)")


@pytest.mark.slow
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_text_has_contrast_and_every_picture_has_words(browser, address, dark):
    with new_page(browser, dark=dark) as page:
        for name in PAGES:
            opened(page, f"{address}{name}?q=a+dog")
            assert low_contrasts(page, whole=True) == {}, name
            assert all(page.locator("img").evaluate_all("all => all.map(one => one.alt)")), name


def test_tab_goes_through_the_page_in_its_order_and_is_seen(browser, address):
    with new_page(browser) as page:
        opened(page, f"{address}?q=a+dog")
        page.locator(".lane .tile").first.wait_for()
        page.get_by_role("link", name="Search").focus()
        seen = []
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break  # the end of the page
            page.wait_for_function(RINGED, timeout=5_000)  # a field's border changes its colour in a while
            seen.append(page.evaluate(FOCUSED))
        order = ["Compare", "Query", "Export", "Keys of this page (?)", "shot "]
        places = [next(n for n, label in enumerate(seen) if label.startswith(one)) for one in order]
        assert places == sorted(places)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 900])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_the_screen(browser, address, name, width):
    with new_page(browser, width=width) as page:
        opened(page, f"{address}{name}")
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
        sidebar = "document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().width <= 188"
        page.wait_for_function(sidebar)  # it slides in
        assert not page.get_by_role("button", name="Deploy").is_visible()
