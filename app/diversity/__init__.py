"""What the Diversity page compares and measures, before any of it is drawn; the views are in
`app.views.diversity`."""
