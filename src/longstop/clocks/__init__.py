"""When a thing is due, which date says so, and why.

For: pure functions from dates, pauses and dated policy to a due date with its reason,
its inputs and the version of its rule, so that any due date can be computed again and
explained. A missing or implausible date is an alarm, never a default.
Not for: storing, scheduling or reading what today is (it is passed in), nor for what a
case or a task is. No Django.
"""
