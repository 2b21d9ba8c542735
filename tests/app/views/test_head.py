"""The head of a page: its parts, in order, drawn at once or from the end of the page."""

from streamlit.testing.v1 import AppTest

HOSTILE = "<img src=x onerror=alert(1)>"


def whole_head():
    import streamlit as st

    from app.views.exporting import ExportItem
    from app.views.head import page_head
    from app.views.pinning import ViewFacts
    from lpd.exports import Provenance

    def controls() -> None:
        with st.popover("Models"):
            st.button("all")

    page_head(
        "<img src=x onerror=alert(1)>",
        ("edition <b>", "19 of 20 topics"),
        controls=controls,
        pin=ViewFacts("topics", "a view", {"workspace": "demo"}, Provenance("demo")),
        exports=[ExportItem("CSV", "a.csv", "text/csv", lambda: b"a")],
    )


def labels(page) -> list[str]:
    return [element.proto.popover.label for element in page.get("popover")]


def test_a_head_has_title_controls_pin_export_and_keys(texts, component_data):
    page = AppTest.from_function(whole_head).run()
    assert not page.exception
    assert "&lt;img src=x onerror=alert(1)&gt;" in texts(page)
    assert HOSTILE not in texts(page)
    assert "edition &lt;b&gt; · 19 of 20 topics" in texts(page)
    assert labels(page) == ["Models", "Pin", "Export"]
    assert len(component_data(page, "lpd_keys_button")) == 1


def late_head():
    import streamlit as st

    from app.views.head import fill_actions, head_places

    places = head_places()
    with places.left:
        st.text_input("Query")
    with places.controls:
        st.button("Filters")
    st.text("results")
    fill_actions(places)


def test_a_head_can_be_filled_from_the_end_of_the_page():
    page = AppTest.from_function(late_head).run()
    assert not page.exception
    assert [one.label for one in page.text_input] == ["Query"]
    assert [one.label for one in page.button] == ["Filters"]
    assert labels(page) == ["Pin", "Export"]
    assert page.text[0].value == "results"
