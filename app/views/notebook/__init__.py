"""The Notebook page."""
