"""Shots as the desk shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.components.judge import BesideShot, DeskShot
from app.judging.places import ShotPlaces
from app.lanes import picture_finder
from lpd.collection import Collection

__all__ = ["ShotShower"]

MOST_CAPTIONS = 5


@dataclass(frozen=True)
class ShotShower:
    """Makes what the desk shows of shots.

    Args:
        collection: whose shots.
        places: of its shots.
        captions: shot -> its captions.
    """

    collection: Collection
    places: ShotPlaces
    captions: Mapping[str, Sequence[str]]

    def shown(
        self,
        shot_ids: Sequence[str],
        *,
        skipped: Mapping[str, None] | None = None,
        verdicts: Mapping[str, str] | None = None,
    ) -> list[DeskShot]:
        """Returns shots as the desk shows them; of one that the collection has no more just its id.

        Args:
            shot_ids: in their order.
            skipped: those that the judge passed over.
            verdicts: shot -> what the judge said of it before.
        """
        picture = picture_finder(self.collection)
        made = []
        for shot_id in shot_ids:
            rows = self.collection.known_rows([shot_id])
            was = (verdicts or {}).get(shot_id, "")
            later = shot_id in (skipped or {})
            if not len(rows):
                gone = "not in the collection any more"
                made.append(DeskShot(shot_id, False, False, gone, skipped=later, verdict=was))
                continue
            row = int(rows[0])
            near = tuple(
                BesideShot(
                    self.collection.shot_ids[one],
                    self.places.label(one),
                    one == row,
                    picture(one, "thumbnail"),
                )
                for one in self.places.beside(row)
            )
            captions = tuple(self.captions.get(shot_id, ())[:MOST_CAPTIONS])
            thumbnail, preview = picture(row, "thumbnail"), picture(row, "preview")
            words = self.places.words(row)
            made.append(DeskShot(shot_id, thumbnail, preview, words, near, captions, later, was))
        return made
