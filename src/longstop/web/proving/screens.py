"""The paths of this group of screens."""

from longstop.access.rules import Permission
from longstop.web.doors import Screen
from longstop.web.proving import views

SEE = Permission.SEE_CERTIFICATE
SCREENS: list[Screen] = [
    Screen(path="certificate", name="certificate", permission=SEE, view=views.latest),
    Screen(path="certificate/prove", name="prove", permission=Permission.PROVE, view=views.make, methods=("POST",)),
    Screen(path="certificate/all", name="certificates", permission=SEE, view=views.every),
    Screen(path="certificate/<int:certificate_id>", name="certificate-of", permission=SEE, view=views.one),
    Screen(path="certificate/<int:certificate_id>/<slug:name>", name="certificate-list", permission=SEE, view=views.listed),
]
