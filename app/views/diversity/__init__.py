"""The parts of the Diversity page, as they are drawn; `page` is the whole."""
