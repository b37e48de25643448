"""Staff, teams, roles, competences, absence, cover, and who may see what.

Not for: what anybody is working on (work), nor whose case it is (cases).
"""
