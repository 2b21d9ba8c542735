"""Scenes: one function each that paints what lies behind the actors."""

from lpd.demo.backdrop import (
    HORIZON,
    Backdrop,
    paint_gradient,
    paint_ridge,
    paint_sky,
    paint_specks,
    paint_waves,
)
from lpd.demo.draw_places import draw_conifer
from lpd.demo.pen import CANVAS, mix

__all__ = ["PAINT_SCENE"]


def _meadow(paper: Backdrop) -> None:
    paint_sky(paper)
    paint_ridge(paper, (120, 168, 150), base=HORIZON, height=14, step=13)
    paint_ridge(paper, (98, 158, 96), base=HORIZON + 2, height=7, step=9)
    paint_gradient(paper.image, paper.pen.style, (HORIZON + 2, CANVAS), ((134, 190, 86), (78, 146, 66)))
    paint_specks(paper, ((60, 124, 54), (160, 208, 100)), count=34, rows=(HORIZON + 6, CANVAS), size=1.6)
    for _ in range(10):
        bloom = paper.choose(((246, 230, 110), (250, 250, 250), (226, 110, 140)))
        paper.pen.oval(paper.between(0, paper.width), paper.between(62, 95), radius=(0.9, 0.9), colour=bloom)


def _forest(paper: Backdrop) -> None:
    paint_sky(paper)
    paint_gradient(paper.image, paper.pen.style, (20.0, HORIZON + 2), ((112, 156, 122), (60, 104, 76)))
    for depth, count in ((0, 9), (1, 6)):
        for _ in range(count):
            x, size = paper.between(-4, paper.width + 4), paper.between(36, 50) + 8 * depth
            draw_conifer(paper.pen.at(x, HORIZON + 3 + 3 * depth, size=size), paper.rng)
    paint_gradient(paper.image, paper.pen.style, (HORIZON + 2, CANVAS), ((96, 116, 62), (70, 82, 46)))
    paint_specks(
        paper, ((54, 92, 44), (134, 120, 70), (160, 90, 50)), count=40, rows=(HORIZON + 8, CANVAS), size=1.8
    )


def _street(paper: Backdrop) -> None:
    paint_sky(paper)
    x = -4.0
    while x < paper.width:
        wide, high = paper.between(16, 26), paper.between(24, 46)
        wall = paper.choose(
            ((206, 150, 122), (226, 206, 170), (160, 170, 184), (190, 128, 110), (214, 214, 206))
        )
        corners = [(x, 62.0), (x, 62 - high), (x + wide, 62 - high), (x + wide, 62.0)]
        paper.pen.shape(corners, wall)
        for row in range(int(high // 9)):
            for column in range(int(wide // 7)):
                left, top = x + 2.5 + 6.5 * column, 62 - high + 3 + 9 * row
                glass = paper.choose(((150, 186, 206), (120, 150, 176), (248, 226, 150)))
                paper.pen.shape(
                    [(left, top), (left + 3.5, top), (left + 3.5, top + 5), (left, top + 5)], glass
                )
        x += wide
    paint_gradient(paper.image, paper.pen.style, (62.0, 71.0), ((196, 190, 184), (176, 170, 166)))
    paint_gradient(paper.image, paper.pen.style, (71.0, CANVAS), ((104, 106, 114), (84, 86, 94)))
    paper.pen.line([(0, 71), (paper.width, 71)], (226, 224, 220), width=0.8)
    for k in range(int(paper.width // 18) + 1):
        paper.pen.line([(18 * k, 89), (18 * k + 9, 89)], (236, 232, 214), width=1.3)


def _hills(paper: Backdrop) -> None:
    paint_sky(paper)
    tops = paint_ridge(paper, (132, 146, 172), base=HORIZON + 2, height=36, step=21)
    for x, y in tops:
        if y < 36:
            paper.pen.shape([(x - 3.2, y + 6), (x, y), (x + 3.4, y + 6), (x + 1, y + 4.6)], (246, 248, 252))
    paint_ridge(paper, (108, 148, 110), base=HORIZON + 4, height=14, step=15)
    paint_gradient(paper.image, paper.pen.style, (HORIZON + 4, CANVAS), ((150, 178, 98), (112, 134, 72)))
    for _ in range(5):
        x = paper.between(0, paper.width)
        draw_conifer(paper.pen.at(x, paper.between(56, 62), size=paper.between(6, 10)), paper.rng)
    paint_specks(
        paper, ((96, 116, 62), (178, 190, 120), (140, 128, 110)), count=30, rows=(64, CANVAS), size=1.5
    )


def _snow_field(paper: Backdrop) -> None:
    paint_sky(paper)
    paint_ridge(paper, (196, 210, 228), base=HORIZON + 2, height=16, step=16)
    for _ in range(9):
        x = paper.between(0, paper.width)
        draw_conifer(paper.pen.at(x, paper.between(53, 58), size=paper.between(10, 17)), paper.rng)
    paint_gradient(paper.image, paper.pen.style, (HORIZON + 3, CANVAS), ((238, 244, 250), (214, 226, 240)))
    for _ in range(6):
        x, y = paper.between(-10, paper.width), paper.between(62, 94)
        paper.pen.line([(x, y), (x + 9, y - 1.4), (x + 20, y)], (188, 204, 226), width=0.8)


def _beach(paper: Backdrop) -> None:
    paint_sky(paper, 48.0)
    shore = 91.0 if paper.in_water else 63.0
    paint_gradient(paper.image, paper.pen.style, (48.0, shore), ((60, 138, 186), (112, 196, 206)))
    paint_waves(paper, (51.0, shore - 2), (226, 244, 246))
    paint_gradient(paper.image, paper.pen.style, (shore, CANVAS), ((240, 220, 170), (224, 194, 138)))
    paper.pen.line([(0, shore), (paper.width, shore)], (250, 250, 246), width=1.4)
    paint_specks(paper, ((204, 172, 118), (250, 236, 200)), count=26, rows=(shore + 3, CANVAS), size=0.8)


def _harbour(paper: Backdrop) -> None:
    paint_sky(paper, 51.0)
    for _ in range(5):
        x, wide, high = paper.between(0, paper.width - 12), paper.between(8, 14), paper.between(5, 11)
        wall = paper.choose(((206, 96, 80), (226, 196, 130), (120, 150, 170), (236, 232, 222)))
        paper.pen.shape([(x, 51.0), (x, 51 - high), (x + wide, 51 - high), (x + wide, 51.0)], wall)
        paper.pen.shape(
            [(x - 1, 51 - high), (x + wide / 2, 46 - high), (x + wide + 1, 51 - high)], (110, 80, 74)
        )
    paint_gradient(paper.image, paper.pen.style, (51.0, CANVAS), ((74, 118, 150), (52, 98, 134)))
    paint_waves(paper, (54.0, 94.0), (150, 190, 206))
    if not paper.in_water:
        paint_gradient(paper.image, paper.pen.style, (79.0, CANVAS), ((170, 164, 158), (140, 132, 126)))
        paper.pen.line([(0, 79), (paper.width, 79)], (214, 208, 200), width=1.2)
        for k in range(int(paper.width // 24) + 1):
            x = 10.0 + 24 * k
            paper.pen.shape([(x, 79.0), (x, 74.0), (x + 4, 74.0), (x + 4, 79.0)], (84, 72, 70))


def _room(paper: Backdrop) -> None:
    wall = paper.choose(((226, 206, 178), (186, 206, 200), (214, 188, 196), (196, 202, 222), (232, 220, 190)))
    paint_gradient(paper.image, paper.pen.style, (0.0, 64.0), (mix(wall, (255, 255, 255), 0.15), wall))
    for k in range(int(paper.width // 8) + 1 if paper.pen.style.ink is None else 0):
        paper.pen.line([(8 * k, 0), (8 * k, 63)], mix(wall, (255, 255, 255), 0.3), width=0.8)
    for _ in range(2):
        x, y = paper.between(6, paper.width - 20), paper.between(10, 20)
        paper.pen.shape([(x, y), (x + 14, y), (x + 14, y + 11), (x, y + 11)], (120, 84, 58))
        inner = paper.choose(((150, 190, 170), (226, 180, 110), (130, 160, 206)))
        paper.pen.shape(
            [(x + 1.5, y + 1.5), (x + 12.5, y + 1.5), (x + 12.5, y + 9.5), (x + 1.5, y + 9.5)], inner
        )
    paint_gradient(paper.image, paper.pen.style, (64.0, CANVAS), ((186, 140, 98), (154, 108, 72)))
    for k in range(4):
        paper.pen.line([(0, 68 + 8 * k), (paper.width, 68 + 8 * k)], (134, 92, 60), width=0.5)
    rug = paper.choose(((170, 70, 70), (70, 100, 140), (110, 130, 90)))
    paper.pen.oval(paper.width / 2, 86, radius=(34, 7), colour=rug)
    paper.pen.oval(paper.width / 2, 86, radius=(28, 5), colour=mix(rug, (255, 255, 255), 0.25))


def _stage(paper: Backdrop) -> None:
    back = paper.choose(((58, 50, 84), (44, 66, 88), (80, 52, 66)))
    paint_gradient(
        paper.image,
        paper.pen.style,
        (0.0, 66.0),
        (mix(back, (0, 0, 0), 0.4), mix(back, (255, 255, 255), 0.25)),
    )
    for _ in range(12):
        x, y = paper.between(8, paper.width - 8), paper.between(6, 50)
        paper.pen.oval(x, y, radius=(0.9, 0.9), colour=(250, 226, 150))
    paint_gradient(paper.image, paper.pen.style, (66.0, CANVAS), ((196, 150, 96), (140, 96, 62)))
    for k in range(-6, 12):
        paper.pen.line(
            [(paper.width / 2 + 7 * k, 66), (paper.width / 2 + 16 * k, CANVAS)], (120, 80, 52), width=0.5
        )
    for k in range(int(paper.width // 12) + 1):
        paper.pen.oval(6 + 12 * k, 94.5, radius=(2, 2), colour=(255, 236, 160))


def _sea_floor(paper: Backdrop) -> None:
    paint_gradient(paper.image, paper.pen.style, (0.0, 84.0), ((96, 190, 216), (20, 76, 134)))
    if paper.pen.style.ink is None:
        for _ in range(4):
            x = paper.between(0, paper.width)
            paper.pen.shape([(x, 0.0), (x + 7, 0.0), (x - 6, 40.0), (x - 10, 40.0)], (112, 198, 220))
    paper.pen.shape(
        [
            (-4, 97),
            (-4, 82),
            (paper.width * 0.25, 79),
            (paper.width * 0.6, 85),
            (paper.width + 4, 80),
            (paper.width + 4, 97),
        ],
        (214, 192, 140),
    )
    paint_specks(paper, ((180, 156, 110), (240, 224, 180)), count=16, rows=(87, CANVAS), size=0.8)
    for _ in range(9):
        x, y, size = paper.between(0, paper.width), paper.between(6, 76), paper.between(0.6, 1.6)
        paper.pen.ring(x, y, radius=size, colour=(214, 240, 248), width=0.5)


PAINT_SCENE = {
    "beach": _beach,
    "forest": _forest,
    "harbour": _harbour,
    "hills": _hills,
    "meadow": _meadow,
    "room": _room,
    "sea floor": _sea_floor,
    "snow field": _snow_field,
    "stage": _stage,
    "street": _street,
}
