"""Every owned, dated thing: one table of tasks, whatever they are about, their holds, and who acknowledged their lateness.

Not for: what the subjects are (the rooms above know), nor who owns a case (cases).
"""
