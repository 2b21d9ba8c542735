"""Lists that may be columns: those of a model, runs, what is shown where nobody chose."""

from app.topics.lists import (
    default_runs,
    default_spaces,
    judging_lists,
    needs_left_out,
    run_lists,
    space_lists,
)
from lpd.workspace import open_workspace


def test_lists_of_a_model(demo_workspace):
    card = open_workspace(demo_workspace).model_card("lpd")
    lists = space_lists(card)
    names, spaces = [one.name for one in lists], [space.name for space in card.spaces]
    assert names == ["fused", *spaces, "best space", *(f"without {space}" for space in spaces)]
    assert [one.end for one in lists[1 : 1 + len(spaces)]] == [space.end for space in card.spaces]
    assert all(card.digest in one.words and one.model == "lpd" for one in lists)
    assert default_spaces(lists) == ("fused", *spaces, "best space")
    assert needs_left_out(["fused", f"without {spaces[0]}"])
    assert not needs_left_out(default_spaces(lists))


def test_a_model_is_judged_by_its_fused_list_and_runs_by_all(demo_workspace):
    lists = space_lists(open_workspace(demo_workspace).model_card("lpd"))
    assert judging_lists(lists) == (["fused"], "fused")
    assert judging_lists(lists[1:3])[1] == "all 2 columns"
    runs = run_lists(["fused", "other"], {}, models={})
    assert judging_lists(runs) == (["fused", "other"], "all 2 runs")
    assert judging_lists(runs[1:]) == (["other"], "other")


def test_runs_say_their_file_and_who_made_them(demo_workspace):
    card = open_workspace(demo_workspace).model_card("lpd")
    runs = run_lists(["lpd", "rep.sea.s0", "other"], {"lpd": "d1"}, models={"lpd": card, "rep-sea-s0": card})
    assert [one.model for one in runs] == ["lpd", "rep-sea-s0", None]
    assert runs[0].words == "run lpd, file d1; made by model lpd"
    assert runs[2].end == ""


def test_runs_of_single_spaces_and_of_reproduced_tables_wait_to_be_asked_for(demo_workspace):
    card = open_workspace(demo_workspace).model_card("lpd")
    space = f"lpd.{card.spaces[0].name.replace(':', '-')}"
    tags = ["lpd", space, "rep.sea.s0", "sea"]
    assert default_runs(tags, [card]) == ("lpd", "sea")
    assert default_runs([space], [card]) == (space,)
    assert len(default_runs([f"run{number}" for number in range(30)], [])) == 8
