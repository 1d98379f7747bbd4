"""The WSGI entry for granian."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from liandong.app.launch.private import UMASK

os.umask(UMASK)
application = wrap_wsgi_with_proxy_headers(get_wsgi_application(), settings.PROXIES)
"""`REMOTE_ADDR` is the visitor's also behind a proxy, or all visitors would share one limit of attempts."""
