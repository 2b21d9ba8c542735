"""What the Training page chooses, reads and says, before any of it is drawn; the views are in
`app.views.training`."""
