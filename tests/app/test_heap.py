"""What the collector of cyclic garbage is kept away from."""

import gc

from app.heap import freeze_heap


class Linked:
    """Garbage that only the collector frees: it holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_what_lives_is_left_out_of_later_collections_and_garbage_is_not() -> None:
    kept, dropped = Linked(), Linked()
    assert any(one is kept for one in gc.get_objects())
    del dropped
    before = gc.get_freeze_count()
    try:
        freeze_heap()
        assert gc.get_freeze_count() > before
        assert not any(type(one) is Linked for one in gc.get_objects())
        made_later = Linked()
        assert any(one is made_later for one in gc.get_objects())
    finally:
        gc.unfreeze()
    assert sum(type(one) is Linked for one in gc.get_objects()) == 2  # the dropped one was collected first
