"""LPD Explorer: ad-hoc video search with many common spaces, from features to measured live queries."""

__all__ = ["__version__"]

__version__ = "0.1.0"
