"""The parts of the Topics page, as they are drawn; `page` is the whole."""
