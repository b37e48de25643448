"""The map of the process as everybody sees it: what can happen to a case, who does it, and how many cases stand where."""
