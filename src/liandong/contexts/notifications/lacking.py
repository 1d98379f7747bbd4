"""Senders and the address that links in messages begin with, where they aren't set."""

from django.conf import settings

from liandong.foundation.rooms.public import Missing

from .senders import available


def mail() -> Missing:
    return Missing(0 if available("mail") else 1)


def sms() -> Missing:
    return Missing(0 if available("sms") else 1)


def url() -> Missing:
    return Missing(0 if settings.SITE_URL_IS_GIVEN else 1)
