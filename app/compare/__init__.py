"""What the Compare page shows and exports, as plain values; no drawing here."""
