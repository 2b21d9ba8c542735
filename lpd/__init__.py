"""LPD Explorer: ad-hoc video search with many common spaces, from features to measured live queries.

A workspace is the one folder that holds everything: `lpd.workspace.open_workspace` opens it.
`lpd.search.open_engine` answers queries in every space of a model and in their fusion, `lpd.diversity` says
how different the spaces are, `lpd.evaluation` how good (infAP); `lpd.services` has the work that goes over a
whole workspace. The same is offered by the command `lpd` and by the app. `import lpd` loads nothing heavy.

>>> from lpd.diversity import iou_at
>>> iou_at(["shot1_1", "shot1_2", "shot1_3"], ["shot1_2", "shot1_3", "shot1_4"], k=3)  # 2 of 4 shots
0.5
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
"""Version of the library and of the app; every file that either writes names it."""
