"""Chart builders: data in, chart out; no streamlit import."""

from app.charts.heatmap import DARK, LIGHT, HeatmapColours, SpaceName, iou_heatmap, iou_table

__all__ = ["DARK", "LIGHT", "HeatmapColours", "SpaceName", "iou_heatmap", "iou_table"]
