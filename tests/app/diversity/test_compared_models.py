import numpy as np
import pytest

from app.diversity.compared_models import check_found
from app.diversity.comparison import over_query
from lpd.errors import LpdError
from lpd.trec import make_run


@pytest.mark.parametrize("subset", [None, "v1"])
def test_lists_without_a_shot_are_not_compared(subset):
    over = over_query("a dog", None, searched=("inland", subset))
    with pytest.raises(LpdError, match=r"no shots were searched.*" if subset is None else "subset v1"):
        check_found(make_run("r", {"": ([], np.empty(0))}), over)
    check_found(make_run("r", {"": (["s1"], np.ones(1))}), over)
