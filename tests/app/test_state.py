"""The session: what the address asks for, what the data do not have, and what is written back."""

from streamlit.testing.v1 import AppTest

from app.parameters import link, parse_link
from app.state import ALL_SHOTS, K_STEPS, Selection, nearest_step


def test_a_selection_leads_back_to_itself():
    chosen = Selection("demo", "inland", "avs", None, "pooled", "lpd", 20)
    assert chosen.parameters() == {
        "workspace": "demo",
        "collection": "inland",
        "edition": "avs",
        "subset": ALL_SHOTS,
        "qrels": "pooled",
        "model": "lpd",
        "k": 20,
    }
    assert parse_link(link("", chosen.parameters()))[1] == chosen.parameters()
    assert "edition" not in Selection("demo", "inland", None, "test", None, None, 5).parameters()


def test_k_reaches_from_5_to_1000_and_snaps_to_a_step():
    assert (K_STEPS[0], K_STEPS[-1]) == (5, 1000)
    assert [nearest_step(k) for k in (-3, 20, 37, 35, 99999)] == [5, 20, 40, 30, 1000]


def values_page():
    import streamlit as st

    from app import state

    st.json({name: state.value(name) for name in ("q", "within", "rel", "k")})
    if st.button("write"):
        state.write("rel", ("shot 1", "shot 2"))
        state.write("within", 30)
        state.write("q", "a dog")
    if st.button("take away"):
        state.write("rel", ())
        state.write("within", None)
        state.write("q", "")


def test_values_have_the_types_of_their_kinds():
    page = AppTest.from_function(values_page)
    page.query_params["q"] = "a cat"
    page.query_params["within"] = "many"
    page.query_params["rel"] = ["a", "b"]
    page.run()
    assert not page.exception
    assert page.json[0].value == '{"q": "a cat", "within": null, "rel": ["a", "b"], "k": null}'


def test_what_is_written_stands_in_the_address_until_it_is_taken_away():
    page = AppTest.from_function(values_page).run()
    page.button[0].click().run()
    assert not page.exception
    assert dict(page.query_params) == {"rel": ["shot 1", "shot 2"], "within": "30", "q": "a dog"}
    page.run()
    assert page.json[0].value == '{"q": "a dog", "within": 30, "rel": ["shot 1", "shot 2"], "k": null}'
    page.button[1].click().run()
    assert dict(page.query_params) == {}


def settling_page():
    import streamlit as st

    from app import state

    state.settle("model", ["lpd", "laff"])
    state.settle("models", ["lpd", "laff"])
    state.settle_k()
    st.selectbox("Model", ["lpd", "laff"], **state.bound("model"))
    st.multiselect("Models", ["lpd", "laff"], **state.bound("models"))
    st.select_slider("k", state.K_STEPS, value=20, **state.bound("k"))
    st.selectbox(
        "Order", ["id", "spread"], format_func=str.upper, **state.mirrored("order", ["id", "spread"])
    )
    for sentence in state.take_notices():
        st.text(sentence)


def test_what_the_data_do_not_have_is_dropped_and_told_once():
    page = AppTest.from_function(settling_page)
    page.query_params["model"] = "<img src=x onerror=alert(1)>" + "x" * 500
    page.query_params["models"] = ["laff", "gone"]
    page.query_params["k"] = "many"
    page.query_params["order"] = "gone"
    page.run()
    assert not page.exception
    assert page.selectbox[0].value == "lpd"
    assert page.multiselect[0].value == ["laff"]
    assert page.select_slider[0].value == 20
    assert page.selectbox[1].value == "id"
    sentences = [one.value for one in page.text]
    assert sentences[0].startswith("This view asked for model <img src=x onerror=alert(1)>xxx")
    assert len(sentences[0]) < 170
    assert sentences[1:] == [
        "This view asked for model gone, which is not here; another one is shown.",
        "This view asked for k many, which is no number.",
        "This view asked for order of the topics gone, which is not here.",
    ]


def test_what_the_data_have_is_shown_without_a_word():
    page = AppTest.from_function(settling_page)
    page.query_params["model"] = "laff"
    page.query_params["k"] = "50"
    page.query_params["order"] = "spread"
    page.run()
    assert (page.selectbox[0].value, page.select_slider[0].value) == ("laff", 50)
    assert page.selectbox[1].value == "spread"
    assert not page.text


def test_a_k_between_the_steps_is_moved_to_the_nearest():
    page = AppTest.from_function(settling_page)
    page.query_params["k"] = "37"
    page.run()
    assert page.select_slider[0].value == 40
    assert page.text[0].value == "This view asked for k 37; the nearest step, 40, is shown."
