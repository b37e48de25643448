"""The shell and the schedule: `longstop --help`. Commands translate, make one call to an action, and print what came of it."""
