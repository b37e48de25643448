"""Lists taken away as files, and lists as they were known at a past seal with what has changed since.

A list's view ends with `show_list` and is marked `@also_in_the_past`; its table, filters and order are declared once, for the screen.
"""
