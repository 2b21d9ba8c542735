"""What the page of topics shows before it is drawn: choices, lists, tables, published figures, cases."""
