from app.components import Column, TopicRow, full_tone, row_distances, table_payload


def test_colours_tell_the_distance_from_the_mean_of_the_row():
    assert row_distances([0.5, 0.5, 0.5]) == [0.0, 0.0, 0.0]
    assert row_distances([0.0, None, 1.0]) == [-0.5, 0.0, 0.5]
    assert row_distances([0.3]) == [0.0]
    assert row_distances([None, None]) == [0.0, 0.0]


def test_the_largest_distance_of_a_table_has_the_full_colour_unless_all_are_small():
    rows = [TopicRow("1", "", (0.1, 0.3)), TopicRow("2", "", (0.0, 0.6))]
    assert full_tone(rows) == 0.3
    payload = table_payload(
        [Column("a", "", ""), Column("b", "", "")], rows, means=[0.0, 0.0], note="", measure="AP"
    )
    assert [cell["tone"] for row in payload["rows"] for cell in row["cells"]] == [-0.333, 0.333, -1.0, 1.0]
    assert full_tone([TopicRow("1", "", (0.30, 0.31))]) == 0.05


def test_cells_say_what_they_are_and_missing_ones_are_no_zero():
    columns = [Column("fused", "fused", ""), Column("bow", "text", "")]
    rows = [TopicRow("1661", "<i>a dog</i>", (0.25, None), "./?q=a+dog")]
    payload = table_payload(columns, rows, means=[0.25, 0.0], note="1 of 2 topics", measure="infAP")
    first, second = payload["rows"][0]["cells"]
    assert (first["text"], first["missing"]) == (".250", False)
    assert first["title"] == "infAP of fused: 0.2500, +.000 against the row's mean"
    assert (second["text"], second["missing"], second["tone"]) == ("–", True, 0.0)
    assert payload["rows"][0]["text"] == "<i>a dog</i>"
    assert payload["footers"][0]["note"] == "1 of 2 topics"
