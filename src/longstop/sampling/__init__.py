"""What a sample tells about a whole: shares with their intervals, and how far two readers agree. Standard library only.

Not for drawing a sample, which is done where the things are that are drawn.
"""
