"""Tables of the intake room."""
