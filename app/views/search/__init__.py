"""The parts of the Search page, as they are drawn; `page` is the whole."""
