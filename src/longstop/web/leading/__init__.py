"""The screens of whoever answers for a team: the board, lists of cases, allocation, absence and departure."""
