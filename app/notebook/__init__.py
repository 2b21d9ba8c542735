"""What the Notebook page shows, without widgets."""
