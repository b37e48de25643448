"""An invented command: staff and an extract that are loaded through the front door, so that the service can be tried. Nobody in it is real."""
