"""For those who look at what others did: who broke the glass, the whole record of a case, how far it is sealed, and what is destroyed.

Nothing here changes a case.
"""
