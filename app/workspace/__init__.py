"""What the Workspace page says and does, without drawing it."""
