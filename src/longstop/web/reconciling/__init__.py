"""The screens of whoever closes the statement: the statement itself, its breaks, and how each is settled."""
