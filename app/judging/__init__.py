"""What the Judge page says and counts, apart from how it is drawn."""
