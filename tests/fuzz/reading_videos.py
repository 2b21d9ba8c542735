"""Videos, pictures and shot lists, as an extraction meets them."""

from pathlib import Path

import numpy as np
from PIL import Image

from lpd.errors import LpdError
from lpd.services.extraction.shots import read_given_shots
from lpd.video.decoding import open_video
from lpd.video.shots_of_file import Look, shot_of_picture, shots_of_video
from tests.clip_files import write_shots

LOOK = Look(extractors=("layout", "motion"))
VIDEOS = ("a.mp4", "a.mkv", "a.ts", "a.avi", "front.mp4")
PICTURES = ("a.jpg", "a.png", "a.webp", "a.gif")


def make_videos(folder: Path) -> None:
    for name in VIDEOS:
        options = {"movflags": "faststart"} if name == "front.mp4" else {}
        write_shots(folder / name, [8, 7], width=48, height=32, options=options)


def read_video(path: Path) -> int:
    with open_video(path) as video:
        return sum(shot.described for _, shot in shots_of_video(video, LOOK))


def make_pictures(folder: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, size=(40, 60, 3), dtype=np.uint8)
    for name in PICTURES:
        Image.fromarray(pixels).save(folder / name)


def read_all(folder: Path, names: tuple[str, ...]) -> None:
    """Reads every file, and then says that one was refused, if one was."""
    refused: LpdError | None = None
    for name in names:
        try:
            if name in PICTURES:
                shot_of_picture(folder / name, LOOK)
            else:
                read_video(folder / name)
        except LpdError as error:
            refused = error
    if refused is not None:
        raise refused


def make_shot_list(folder: Path) -> None:
    rows = [f"v{number // 3}_{number},v{number // 3},{number}.5,{number + 1}.25" for number in range(9)]
    (folder / "shots.csv").write_text("\n".join(["shot_id,video_id,start_s,end_s", *rows]) + "\n")


ROWS = {
    "videos": (make_videos, lambda folder: read_all(folder, VIDEOS), 0.3),
    "pictures": (make_pictures, lambda folder: read_all(folder, PICTURES), 0.5),
    "shot lists": (make_shot_list, lambda folder: read_given_shots(folder / "shots.csv"), 0.3),
}
