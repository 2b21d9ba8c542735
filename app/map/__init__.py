"""What the Map page shows, without the page: planes, lassos, colours, the shots of a lasso."""
