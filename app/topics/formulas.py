"""What the measures are, in a sentence for whoever points at a number."""

from lpd.evaluation import measure_label

__all__ = ["formula_of"]

_SENTENCES = {
    "infAP": "mean, over the relevant shots, of the precision inferred at their ranks from the judged sample "
    "(Yilmaz et al. 2008, as sample_eval.pl)",
    "infNDCG": "discounted gain inferred from the judged sample, over that of the best order "
    "(Yilmaz et al. 2008, as sample_eval.pl)",
    "iP10": "inferred relevant shots among the first 10, over 10",
    "iP100": "inferred relevant shots among the first 100, over 100",
    "iP1000": "inferred relevant shots among the first 1,000, over 1,000",
    "recall": "inferred relevant shots returned, over all inferred ones; an estimate, it may exceed 1",
    "AP": "mean, over all relevant shots, of the precision at their ranks; 0 for those not returned",
    "RR": "1 over the rank of the first relevant shot",
    "nDCG": "discounted gain of the list over that of the best order",
}
_AT_CUTOFF = {
    "P": "relevant shots among the first {k}, over {k}",
    "R": "relevant shots among the first {k}, over all relevant shots",
    "nDCG": "discounted gain of the first {k} over that of the best order",
}


def formula_of(measure: str) -> str:
    """Returns what a measure is: `AP: mean, over all relevant shots, of ...`.

    Args:
        measure: of a column of the table of topics.

    Raises:
        KeyError: for another measure.
    """
    if measure in _SENTENCES:
        return f"{measure_label(measure)}: {_SENTENCES[measure]}"
    name, _, k = measure.partition("@")
    return f"{measure}: {_AT_CUTOFF[name].format(k=f'{int(k):,}')}"
