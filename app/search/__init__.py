"""What the Search page asks, finds and takes away, before any of it is drawn; its views are in
`app.views.search`."""
