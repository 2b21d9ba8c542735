"""Maps: the shots of a collection in two dimensions, per common space and for the fusion.

`make_maps` makes maps from blocks of vectors (exact PCA in bounded memory, or UMAP with the extra `umap`)
with clusters; `write_map` and `read_map` keep them. `lpd.services.maps` and `lpd map` do it on a workspace.

>>> import numpy as np
>>> from lpd.maps import nearest_centres
>>> shots, centres = np.array([[0.1, 0.0], [0.9, 1.2]]), np.array([[0.0, 0.0], [1.0, 1.0]])
>>> nearest_centres(shots, centres)
array([0, 1], dtype=uint16)
"""

from lpd.maps.clusters import CLUSTERS, MOST_CLUSTERS, cluster_centres, nearest_centres
from lpd.maps.files import StoredFacts, read_map, read_map_facts, write_map
from lpd.maps.making import AXES, MapSettings, VectorBlocks, Wanted, make_maps
from lpd.maps.pca import WIDEST, Axes, Moments, principal_axes
from lpd.maps.shot_map import FUSED, METHODS, MapFacts, MapPart, ShotMap, joined
from lpd.maps.umap_map import FEWEST_SHOTS, FITTED_AT_MOST, Anchors, fit_umap

__all__ = [
    "AXES",
    "CLUSTERS",
    "FEWEST_SHOTS",
    "FITTED_AT_MOST",
    "FUSED",
    "METHODS",
    "MOST_CLUSTERS",
    "WIDEST",
    "Anchors",
    "Axes",
    "MapFacts",
    "MapPart",
    "MapSettings",
    "Moments",
    "ShotMap",
    "StoredFacts",
    "VectorBlocks",
    "Wanted",
    "cluster_centres",
    "fit_umap",
    "joined",
    "make_maps",
    "nearest_centres",
    "principal_axes",
    "read_map",
    "read_map_facts",
    "write_map",
]
