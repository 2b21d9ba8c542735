"""Controls of the Search page that change the query or its weights: address and lists."""

from lpd.search import QueryForm
from lpd.workspace import open_workspace

QUERY = "a dog in the water"


def everywhere(open_view, demo_workspace, **parameters):
    return open_view(demo_workspace, subset="all shots", **{"q": QUERY, **parameters})


# --- refine -------------------------------------------------------------------------------------------------


def test_wordings_are_searched_together_and_tiles_say_which_found_them(
    open_view, demo_workspace, lanes, expected, component_data
):
    page = everywhere(open_view, demo_workspace)
    page.text_area(key="search_also").set_value("a boat on a lake\n\n a boat on a lake ").run()
    assert page.query_params["also"] == "a boat on a lake"
    assert lanes(page)["fused"] == expected(QueryForm((QUERY, "a boat on a lake")))
    (payload,) = component_data(page, "lpd_shot_grid")
    wordings = {tile["note"] for lane in payload["lanes"] for tile in lane["tiles"]}
    assert wordings <= {QUERY, "a boat on a lake"}
    assert len(wordings) == 2
    page.button(key="part_0").click().run()
    assert "also" not in page.query_params
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,)))


def test_negative_words_and_their_strength(open_view, demo_workspace, lanes, expected):
    page = everywhere(open_view, demo_workspace)
    page.text_area(key="search_without").set_value("grass").run()
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,), without=("grass",)))
    page.slider(key="search_strength").set_value(1.5).run()
    assert page.query_params["strength"] == "1.5"
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,), without=("grass",), strength=1.5))
    page.text_area(key="search_without").set_value("").run()
    assert "strength" not in page.query_params


def test_a_second_step_shows_both_shots(open_view, demo_workspace, lanes, expected, component_data):
    page = everywhere(open_view, demo_workspace)
    page.text_input(key="search_then").set_value("a boat").run()
    page.number_input(key="search_within").set_value(60).run()
    assert (page.query_params["then"], page.query_params["within"]) == ("a boat", "60")
    form = QueryForm((QUERY,), then="a boat", within_s=60.0)
    assert lanes(page)["fused"] == expected(form)
    (payload,) = component_data(page, "lpd_shot_grid")
    assert all(tile["partner"]["shot"] for lane in payload["lanes"] for tile in lane["tiles"])
    page.text_input(key="search_then").set_value("").run()
    assert "within" not in page.query_params


def test_a_shot_beside_the_text(open_view, demo_workspace, lanes, expected, engine):
    page = everywhere(open_view, demo_workspace)
    shot = engine.shot_ids[7]
    page.text_input(key="search_like").set_value(shot).run()
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,), shot=shot))
    page.text_input(key="q").set_value("a cat").run()
    assert "like" not in page.query_params
    assert lanes(page)["fused"] == expected(QueryForm(("a cat",)))


def test_a_shot_alone_and_in_one_space(open_view, demo_workspace, lanes, expected, engine):
    shot = engine.shot_ids[7]
    page = everywhere(open_view, demo_workspace, q="", like=f"{shot}@video:colour")
    assert lanes(page) == {
        name: expected(QueryForm(shot=shot), name=name, spaces=["video:colour"])
        for name in ("fused", "video:colour")
    }


def test_a_shot_that_is_not_there_is_told(open_view, demo_workspace):
    page = everywhere(open_view, demo_workspace, like="nothing")
    assert not page.exception
    assert "shots are not in collection inland" in page.error[0].value


def test_feedback_moves_the_query_and_shots_can_be_taken_out(
    open_view, demo_workspace, lanes, expected, engine, texts
):
    good, bad = engine.shot_ids[3], engine.shot_ids[9]
    page = everywhere(open_view, demo_workspace, rel=good, nrel=bad)
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,), relevant=(good,), not_relevant=(bad,)))
    assert "the query is moved by 2 shots (run class R)" in texts(page)
    page.button(key="feedback_not_0").click().run()
    assert "nrel" not in page.query_params
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,), relevant=(good,)))
    page.text_input(key="q").set_value("a cat").run()
    assert "rel" not in page.query_params


# --- weights ------------------------------------------------------------------------------------------------


def test_a_slider_fuses_anew(open_view, demo_workspace, lanes, notes, expected):
    page = everywhere(open_view, demo_workspace)
    before = lanes(page)
    page.slider(key="search_weight_text:bow").set_value(0.25).run()
    assert page.query_params["weights"] == "text:bow=0.25"
    weights = [0.25, *(1.0,) * 8]
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,)), weights=weights)
    assert {**lanes(page), "fused": 0} == {**before, "fused": 0}
    assert "mean" not in notes(page)["fused"]
    page.button(key="weights_reset").click().run()
    assert "weights" not in page.query_params
    assert lanes(page) == before


def test_a_space_is_switched_off_and_on(open_view, demo_workspace, lanes, notes, expected):
    page = everywhere(open_view, demo_workspace)
    page.checkbox(key="search_on_text:bow").uncheck().run()
    assert page.query_params["weights"] == "text:bow=0"
    assert lanes(page)["fused"] == expected(QueryForm((QUERY,)), weights=[0.0, *(1.0,) * 8])
    assert "mean of 8 of 9 spaces" in notes(page)["fused"]
    assert page.slider(key="search_weight_text:bow").value == 0
    page.checkbox(key="search_on_text:bow").check().run()
    assert "weights" not in page.query_params


def test_the_last_weight_stays(open_view, demo_workspace):
    spaces = [space.name for space in open_workspace(demo_workspace).model_card("lpd").spaces]
    weights = ",".join(f"{name}=0" for name in spaces[1:])
    page = everywhere(open_view, demo_workspace, weights=weights)
    page.checkbox(key=f"search_on_{spaces[0]}").uncheck().run()
    assert not page.exception
    assert page.query_params["weights"] == weights


def test_weights_are_measured_on_the_edition(open_view, demo_workspace, texts):
    page = everywhere(open_view, demo_workspace, weights="text:bow=0")
    page.button(key="weights_apply").click().run()
    for _ in range(100):
        if "difference" in texts(page):
            break
        page.run()
    assert not page.exception
    assert "infAP" in texts(page)
    assert "not marked" in texts(page) or "development" in texts(page) or "test edition" in texts(page)
