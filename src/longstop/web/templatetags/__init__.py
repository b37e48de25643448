"""Template tags of the screens: parts in `longstop`, forms in `longstop_forms`."""
