"""The words with which captions and topics speak of the world: several for most things, as people have."""

__all__ = [
    "ACCESSORY_PHRASES",
    "ACTION_PHRASES",
    "CLOSINGS",
    "COLOUR_WORDS",
    "COUNT_WORDS",
    "LOOK_PHRASES",
    "NOUNS",
    "OPENINGS",
    "PLACE_PHRASES",
    "SCENE_PHRASES",
    "TIE_PHRASES",
    "TIME_PHRASES",
    "WEATHER_PHRASES",
]

NOUNS: dict[str, tuple[tuple[str, str], ...]] = {
    "man": (
        ("man", "men"),
        ("man", "men"),
        ("guy", "guys"),
        ("person", "people"),
        ("gentleman", "gentlemen"),
    ),
    "woman": (("woman", "women"), ("woman", "women"), ("lady", "ladies"), ("person", "people")),
    "child": (("child", "children"), ("kid", "kids"), ("boy", "boys"), ("little one", "little ones")),
    "dog": (("dog", "dogs"), ("dog", "dogs"), ("puppy", "puppies"), ("hound", "hounds")),
    "cat": (("cat", "cats"), ("cat", "cats"), ("kitten", "kittens")),
    "horse": (("horse", "horses"), ("horse", "horses"), ("pony", "ponies")),
    "bird": (("bird", "birds"), ("bird", "birds"), ("sparrow", "sparrows")),
    "duck": (("duck", "ducks"), ("duckling", "ducklings")),
    "fish": (("fish", "fish"), ("fish", "fishes")),
    "car": (("car", "cars"), ("car", "cars"), ("automobile", "automobiles")),
    "bus": (("bus", "buses"), ("coach", "coaches")),
    "bicycle": (("bicycle", "bicycles"), ("bike", "bikes")),
    "boat": (("boat", "boats"), ("sailing boat", "sailing boats"), ("ship", "ships")),
    "train": (("train", "trains"), ("steam train", "steam trains")),
    "ball": (("ball", "balls"),),
    "balloon": (("balloon", "balloons"),),
    "kite": (("kite", "kites"),),
}
COUNT_WORDS = {
    1: ("a", "a", "a", "one"),
    2: ("two", "two", "a pair of", "a couple of"),
    3: ("three", "three", "several", "some"),
    4: ("four", "four", "several", "a group of"),
}
COLOUR_WORDS = {
    "red": ("red", "red", "crimson"),
    "orange": ("orange",),
    "yellow": ("yellow", "yellow", "golden"),
    "green": ("green",),
    "blue": ("blue", "blue", "navy"),
    "purple": ("purple", "violet"),
    "pink": ("pink",),
    "white": ("white",),
    "black": ("black", "black", "dark"),
    "brown": ("brown",),
    "grey": ("grey", "gray"),
}
ACTION_PHRASES = {
    "standing": ("standing still", "standing", "waiting"),
    "walking": ("walking", "strolling", "walking slowly"),
    "running": ("running", "running fast", "racing"),
    "jumping": ("jumping", "leaping", "hopping"),
    "dancing": ("dancing", "dancing around"),
    "waving": ("waving", "waving a hand"),
    "swimming": ("swimming", "swimming along"),
    "flying": ("flying", "in the air", "flying in the sky"),
    "driving": ("driving", "passing by", "moving"),
    "sailing": ("sailing", "sailing along"),
    "bouncing": ("bouncing", "bouncing up and down"),
    "rolling": ("rolling", "rolling along"),
    "falling": ("falling", "falling down"),
    "rising": ("rising", "rising into the sky", "going up"),
    "riding": ("riding",),
    "held": ("held",),
}
TIE_PHRASES = {
    "riding": ("riding", "riding on", "on"),
    "holding": ("holding", "with", "carrying"),
    "chasing": ("chased by", "followed by", "in front of"),
    "beside": ("and", "and", "with", "next to"),
}
PLACE_PHRASES = {
    "tree": ("under a tree", "under a tree", "below a tree", "beside a tree"),
    "house": ("next to a house", "near a house", "in front of a building"),
    "fence": ("in front of a fence", "by a fence"),
    "rock": ("next to a rock", "near a big rock", "by a boulder"),
    "lamp": ("under a lamp", "next to a lamp"),
    "bench": ("next to a bench", "near a bench"),
    "tent": ("in front of a tent", "next to a tent"),
    "sunshade": ("under a sunshade", "under a parasol"),
    "table": ("next to a table", "by the table"),
    "window": ("in front of a window", "at the window"),
    "curtain": ("in front of a curtain", "before a curtain"),
    "seaweed": ("among seaweed", "between sea plants"),
    "water": ("in the water", "in the sea", "in water"),
}
ACCESSORY_PHRASES = {
    "hat": ("wearing a hat", "with a hat on", "in a hat"),
    "backpack": ("wearing a backpack", "carrying a backpack"),
    "umbrella": ("with an umbrella", "holding an umbrella"),
}
SCENE_PHRASES = {
    "meadow": ("in a meadow", "on the grass", "in a field"),
    "forest": ("in a forest", "in the woods"),
    "street": ("on a street", "in the city", "on a road"),
    "hills": ("in the hills", "in the mountains"),
    "snow field": ("in the snow", "on snowy ground", "in winter"),
    "beach": ("on a beach", "at the seaside", "on the sand"),
    "harbour": ("in a harbour", "in a port"),
    "room": ("in a room", "indoors", "inside a house"),
    "stage": ("on a stage", "in a theatre"),
    "sea floor": ("under water", "at the bottom of the sea"),
}
TIME_PHRASES = {
    "day": ("during the day", "in daylight", "on a bright day"),
    "night": ("at night", "in the dark", "by night"),
}
WEATHER_PHRASES = {"rain": ("in the rain", "while it rains"), "snow": ("in falling snow", "while it snows")}
LOOK_PHRASES = {
    "photo": ("a video of", "a clip of"),
    "night": ("a dark scene with", "a night scene with"),
    "black-and-white": ("a black and white film of", "an old film of"),
    "sepia": ("an old brown film of", "a faded film of"),
    "outline": ("a drawing of", "a sketch of"),
    "stage light": ("a show with", "coloured lights and"),
    "cartoon": ("a cartoon of", "an animation of"),
}
OPENINGS = ("there is", "we see", "this is", "here we have", "you can see", "somebody filmed")
CLOSINGS = ("in this clip", "and it looks nice", "as the camera watches", "i think", "for a moment", "again")
