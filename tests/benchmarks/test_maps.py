"""The benchmark of maps runs, on few shots."""

from pathlib import Path

import pytest

from benchmarks.maps import COLUMNS, figures, main, write_vectors


def test_figures_of_two_spaces_and_their_fusion(tmp_path: Path) -> None:
    for number in range(2):
        write_vectors(tmp_path, number, shots=600, width=8)
    found = figures(tmp_path, 2, 8, method="pca")
    assert tuple(found) == COLUMNS
    assert found["vectors MiB"] == pytest.approx(2 * 600 * 8 * 4 / 2**20)
    assert found["make s"] > found["read s"] > 0
    assert (tmp_path / "fused" / "manifest.json").is_file()


@pytest.mark.slow
def test_a_table_is_printed_and_the_files_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "vectors"
    asked = ["maps", "--shots", "500", "--widths", "4", "16", "--folder", str(folder)]
    monkeypatch.setattr("sys.argv", asked)
    main()
    assert len(capsys.readouterr().out.splitlines()) == 4
    assert not folder.exists()
