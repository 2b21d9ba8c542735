"""The parts of the Compare page, as they are drawn; `page` is the whole."""
