"""The WSGI entry point that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

from longstop.config import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
logs.configure()
application = get_wsgi_application()
