"""The parts of the Training page, as they are drawn; `page` is the whole."""
