import pytest

from app.topics.choices import measure_options
from app.topics.formulas import formula_of


@pytest.mark.parametrize("measure", measure_options(True))
def test_every_measure_is_explained(measure):
    assert len(formula_of(measure)) > 20


def test_cutoffs_stand_in_the_sentence():
    assert formula_of("P@1000") == "P@1000: relevant shots among the first 1,000, over 1,000"
    with pytest.raises(KeyError):
        formula_of("F1@3")
