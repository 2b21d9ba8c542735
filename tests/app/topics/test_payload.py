"""What the component is given: cells that say where they come from, classes, published columns, links."""

import json
from dataclasses import replace

from app.topics.payload import drawn_table
from app.topics.published import Beside
from lpd.services.published_beside import PublishedRuns
from tests.app.topics.shown_topics import HOSTILE, page_of, shown_of

RUNS = PublishedRuns("t", "SEA", "slide 14", (), "infAP", {"Run 1": {"661": 0.2}}, {"Run 1": 0.2}, {})


def test_every_cell_says_list_digest_qrels_and_formula():
    shown = shown_of()
    payload = drawn_table(page_of(shown)).payload
    title = payload["rows"][0]["cells"][0]["title"]
    assert title.startswith("infAP of ONE: 0.5000, +.200 against the row's mean")
    assert "+.400 against TWO" in title
    assert "run one, file d-one" in title
    assert f"qrels tv99/main, {shown.table.qrels_digest}" in title
    assert "50% of its top 100 judged" in title
    assert "infAP: mean, over the relevant shots" in title
    assert payload["rows"][1]["cells"][0]["missing"]
    json.dumps(payload, allow_nan=False)


def test_classes_are_the_words_of_the_slides_and_say_the_rest_when_pointed_at():
    runs = replace(RUNS, named_groups={"661": "hard"})
    payload = drawn_table(page_of(shown_of(beside=Beside(None, runs)))).payload
    assert payload["classes"] == "class"
    assert [row["difficulty"] for row in payload["rows"]] == ["not easy", "–", "hard", "easy"]
    titles = [row["class_title"] for row in payload["rows"]]
    assert f"≈{shown_of().table.relevant[0]:.0f} relevant shots\n50% of the top 100" in titles[0]
    assert "published: hard; SEA; slide 14" in titles[0]
    assert titles[1].startswith("no class: a list lacks the topic")


def test_relevant_shots_and_the_share_judged_are_columns_where_they_are_asked_for():
    shown = shown_of()
    payload = drawn_table(page_of(shown, facts=True)).payload
    assert [column["name"] for column in payload["columns"]][3:] == ["relevant shots", "judged share"]
    assert len(drawn_table(page_of(shown)).payload["columns"]) == 3
    relevant, judged = payload["rows"][0]["cells"][3:]
    assert (relevant["text"], judged["text"]) == (f"≈{shown.table.relevant[0]:.0f}", "50%")
    assert relevant["tone"] == judged["tone"] == 0
    assert all(len(line["cells"]) == 5 for line in payload["footers"])
    complete = replace(shown, table=replace(shown.table, complete=True))
    assert drawn_table(page_of(complete, facts=True)).payload["rows"][0]["cells"][3]["text"].isdigit()


def test_rows_are_sorted_and_the_head_shows_it():
    drawn = drawn_table(page_of(shown_of(), order="best:one"))
    assert [row["topic_id"] for row in drawn.payload["rows"]] == ["664", "661", "663", "662"]
    assert (drawn.payload["sorted_by"], drawn.payload["descending"]) == ("one", True)
    assert "distance from the mean of the row" in drawn.colours


def test_sorted_by_difference_the_colours_are_differences():
    drawn = drawn_table(page_of(shown_of(), order="difference"))
    assert "distance from TWO" in drawn.colours
    assert all(row["cells"][1]["tone"] == 0 for row in drawn.payload["rows"])
    assert "+.400 against TWO" in drawn.payload["rows"][0]["cells"][0]["title"]


def test_published_runs_are_columns_of_their_own_kind():
    payload = drawn_table(page_of(shown_of(beside=Beside(None, RUNS)))).payload
    assert [column["published"] for column in payload["columns"]] == [False, False, False, True]
    cells = [row["cells"][3] for row in payload["rows"]]
    assert [cell["text"] for cell in cells] == [".200", "–", "–", "–"]
    assert cells[0]["title"].startswith("published infAP of Run 1: 0.2000")
    assert "SEA; slide 14" in cells[0]["title"]


def test_a_topic_leads_to_its_query_with_the_choices_of_the_sidebar():
    row = drawn_table(page_of(shown_of())).payload["rows"][0]
    assert row["href"].startswith("./?workspace=demo&collection=here&edition=tv99")
    assert row["href"].endswith("q=text+of+661")


def test_foreign_text_stays_text():
    shown = shown_of()
    texts = (HOSTILE, *shown.table.texts[1:])
    object.__setattr__(shown.table, "texts", texts)
    row = drawn_table(page_of(shown)).payload["rows"][0]
    assert row["text"] == HOSTILE
    assert "<" not in row["href"]
