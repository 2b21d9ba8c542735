"""The topics that may be asked of each collection, in TRECVID's manner, in order of preference.

A topic's condition says what its words say: who reads the words and looks at a shot comes to the same
answer. Which of them a world keeps is decided by `lpd.demo.topics.choose_topics`.
"""

from lpd.demo.catalogue import ANIMALS, OUTDOOR_SCENES, PEOPLE, VEHICLES
from lpd.demo.needs import ActorNeed, Need

__all__ = ["CANDIDATES"]

_MOVING = ("walking", "running", "jumping")
_FAST = ("running", "jumping")
_GROUND = ("dog", "cat", "horse")


def _who(*kinds: str, at_least: int = 1, at_most: int = 8, **more: tuple[str, ...] | None) -> ActorNeed:
    return ActorNeed(kinds, at_least, at_most, colours=more.get("colours"), actions=more.get("actions"))


_PERSON = _who(*PEOPLE)

_INLAND: list[tuple[str, Need]] = [
    ("one or more dogs under a tree", Need(_who("dog"), places=("tree",))),
    (
        "two or more dogs running or jumping outdoors",
        Need(_who("dog", at_least=2, actions=_FAST), scenes=OUTDOOR_SCENES),
    ),
    ("a person riding a horse", Need(_PERSON, other=_who("horse"), ties=("riding",))),
    ("a person riding a bicycle outdoors", Need(_PERSON, other=_who("bicycle"), ties=("riding",))),
    (
        "a woman dancing or waving indoors",
        Need(_who("woman", actions=("dancing", "waving")), scenes=("room", "stage")),
    ),
    ("one or more cats next to a table indoors", Need(_who("cat"), places=("table",))),
    ("two or more cars on a city street", Need(_who("car", at_least=2), scenes=("street",))),
    ("one or more cars in the street at night", Need(_who("car"), scenes=("street",), time="night")),
    ("two or more birds flying in the sky", Need(_who("bird", at_least=2, actions=("flying",)))),
    ("a person wearing a hat outdoors at night", Need(_PERSON, accessories=("hat",), time="night")),
    ("a person holding a balloon or a kite", Need(_PERSON, other=_who("balloon", "kite"), ties=("holding",))),
    ("an animal in front of a fence", Need(_who(*ANIMALS), places=("fence",))),
    ("a brown animal walking, running or jumping", Need(_who(*ANIMALS, colours=("brown",), actions=_MOVING))),
    ("one or more people under a tree in daylight", Need(_PERSON, places=("tree",), time="day")),
    ("a person and a dog both visible outdoors", Need(_PERSON, other=_who("dog"), scenes=OUTDOOR_SCENES)),
    (
        "one or more horses walking or running in the hills",
        Need(_who("horse", actions=_MOVING), scenes=("hills",)),
    ),
    ("a red or orange vehicle", Need(_who(*VEHICLES, colours=("red", "orange")))),
    (
        "two or more people jumping or dancing",
        Need(_who(*PEOPLE, at_least=2, actions=("jumping", "dancing"))),
    ),
    ("a person outdoors in the rain", Need(_PERSON, weather=("rain",))),
    ("one or more children next to a house", Need(_who("child"), places=("house",))),
    (
        "a person with a backpack in the forest or in the hills",
        Need(_PERSON, accessories=("backpack",), scenes=("forest", "hills")),
    ),
    ("a man and a woman both visible", Need(_who("man"), other=_who("woman"))),
    ("an animal running in the snow", Need(_who(*_GROUND, actions=_FAST), scenes=("snow field",))),
    ("a ball bouncing, rolling or falling", Need(_who("ball", actions=("bouncing", "rolling", "falling")))),
    (
        "a train driving through the hills or the snow",
        Need(_who("train", actions=("driving",)), scenes=("hills", "snow field")),
    ),
    ("exactly two horses", Need(_who("horse", at_least=2, at_most=2))),
    ("one or more people standing under a lamp", Need(_PERSON, places=("lamp",))),
    ("a bus on a street", Need(_who("bus"), scenes=("street",))),
    ("one or more dogs", Need(_who("dog"))),
    ("a woman outdoors at night", Need(_who("woman"), time="night")),
    ("three or more people", Need(_who(*PEOPLE, at_least=3))),
]

_COAST: list[tuple[str, Need]] = [
    ("two or more boats on the water", Need(_who("boat", at_least=2), places=("water",))),
    ("a sailing boat moving at night", Need(_who("boat", actions=("sailing",)), time="night")),
    ("one or more people swimming in the sea", Need(_who(*PEOPLE, actions=("swimming",)), places=("water",))),
    ("a dog swimming in the water", Need(_who("dog", actions=("swimming",)), places=("water",))),
    ("a dog running or jumping on a beach", Need(_who("dog", actions=_FAST), scenes=("beach",))),
    ("three or more fish under water", Need(_who("fish", at_least=3), scenes=("sea floor",))),
    ("an orange or yellow fish", Need(_who("fish", colours=("orange", "yellow")))),
    ("one or more ducks swimming", Need(_who("duck", actions=("swimming",)))),
    (
        "a diver and fish at the bottom of the sea",
        Need(_who("man", "woman"), other=_who("fish"), scenes=("sea floor",)),
    ),
    ("a person with an umbrella outdoors", Need(_PERSON, accessories=("umbrella",), scenes=OUTDOOR_SCENES)),
    (
        "two or more people walking or running in the snow",
        Need(_who(*PEOPLE, at_least=2, actions=("walking", "running")), scenes=("snow field",)),
    ),
    ("one or more animals in falling snow or in the rain", Need(_who(*ANIMALS), weather=("snow", "rain"))),
    ("a person dancing on a stage", Need(_who(*PEOPLE, actions=("dancing",)), scenes=("stage",))),
    ("a person riding a horse or a bicycle", Need(_PERSON, other=_who("horse", "bicycle"), ties=("riding",))),
    (
        "one or more birds flying over a harbour or a beach",
        Need(_who("bird", actions=("flying",)), scenes=("harbour", "beach")),
    ),
    ("a person holding a ball or a balloon", Need(_PERSON, other=_who("ball", "balloon"), ties=("holding",))),
    ("a woman on a beach in the daytime", Need(_who("woman"), scenes=("beach",), time="day")),
    (
        "a child jumping, running or dancing outdoors",
        Need(_who("child", actions=("jumping", "running", "dancing")), scenes=OUTDOOR_SCENES),
    ),
    ("a house with an animal or a person next to it", Need(_who(*ANIMALS, *PEOPLE), places=("house",))),
    ("a train in the hills or in the snow", Need(_who("train"))),
    ("a person wearing a red or pink dress or jacket", Need(_who(*PEOPLE, colours=("red", "pink")))),
    ("a car driving at night", Need(_who("car", actions=("driving",)), time="night")),
    ("a red or blue boat", Need(_who("boat", colours=("red", "blue")))),
    ("two or more dogs", Need(_who("dog", at_least=2))),
    ("a cat indoors", Need(_who("cat"), scenes=("room",))),
    ("a kite or a balloon in the sky", Need(_who("kite", "balloon", actions=("flying", "rising")))),
    ("a person next to a lamp or a bench", Need(_PERSON, places=("lamp", "bench"))),
    ("one or more people in front of a curtain", Need(_PERSON, places=("curtain",))),
    ("a horse on a beach or in the snow", Need(_who("horse"), scenes=("beach", "snow field"))),
    ("a person wearing a hat", Need(_PERSON, accessories=("hat",))),
    ("one or more boats", Need(_who("boat"))),
]

CANDIDATES = {"inland": _INLAND, "coast": _COAST}
