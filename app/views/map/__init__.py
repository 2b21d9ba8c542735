"""The parts of the Map page, as they are drawn; `page` is the whole."""
