"""The statement between two lists: the command's caseload and the prison service's newest list, closed to the last person.

Each person stands on exactly one line of it, and the lines add up to both totals. What cannot be explained is a break: typed, owned, dated.
This room proposes; what a case says is changed by the actions of `cases` alone, and who is considered by those of `referral`.
"""
