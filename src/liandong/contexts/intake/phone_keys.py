"""Keys of telephone numbers for contacts that were kept before there were any, or by a process of an older version."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from liandong.kernel.telephone import stored_keys

from .models import Contact


def lacking() -> QuerySet[Contact]:
    """Contacts with a number that isn't found by keys."""
    return Contact.objects.filter(phone_keys=None).exclude(phone="")


def fill(keys: Collection[Any]) -> None:
    """Fills these in the transaction it is called in; again without harm."""
    contacts = list(lacking().filter(pk__in=keys).select_for_update().only("pk", "phone").order_by("pk"))
    for contact in contacts:
        contact.phone_keys = stored_keys(contact.phone)
    Contact.objects.bulk_update(contacts, ["phone_keys"])
