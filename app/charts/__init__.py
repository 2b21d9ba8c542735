"""Chart builders: data in, chart out; no streamlit import."""

from app.charts.heatmap import heatmap_row, iou_heatmap
from app.charts.heatmap_colours import DARK, LIGHT, HeatmapColours
from app.charts.overlap_curves import CurveSeries, overlap_curves
from app.charts.overlap_table import CellFacts, SpaceName, iou_table

__all__ = [
    "DARK",
    "LIGHT",
    "CellFacts",
    "CurveSeries",
    "HeatmapColours",
    "SpaceName",
    "heatmap_row",
    "iou_heatmap",
    "iou_table",
    "overlap_curves",
]
