"""The WSGI entry for granian."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liandong.app.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from liandong.app.serving import SWITCH_S
from liandong.launch.private import UMASK

os.umask(UMASK)
sys.setswitchinterval(SWITCH_S)
site = get_wsgi_application()

from liandong.app.gate import at_the_door  # noqa: E402 (Django's settings come first)
from liandong.app.relay import wait_for_go  # noqa: E402

application = wrap_wsgi_with_proxy_headers(at_the_door(site), settings.PROXIES)
"""`REMOTE_ADDR` is the visitor's also behind a proxy, or all visitors would share one limit of attempts."""
wait_for_go(application)
