"""The API documentation: a page per package, made from the docstrings by pdoc."""
