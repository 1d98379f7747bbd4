"""Addresses that leave the house: in mails, receipts, QR codes, answers to client systems."""

from django.conf import settings


def absolute(path: str) -> str:
    """The whole address of a path of ours. Its name is the installation's own, whatever name the request came by."""
    return f"{settings.SITE_URL}{path}"
