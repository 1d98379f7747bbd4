"""Keys of telephone numbers for contacts that were kept before there were any, or by a process of an older version."""

from django.db import transaction

from liandong.kernel.telephone import stored_keys

from .models import Contact

BATCH = 2000


def fill(most: int = BATCH) -> int:
    """Gives keys to the next contacts that lack them; returns to how many. What somebody else holds comes next time."""
    with transaction.atomic():
        waiting = Contact.objects.select_for_update(skip_locked=True).filter(phone_keys=None).exclude(phone="")
        contacts = list(waiting.only("pk", "phone").order_by("report_id")[:most])
        for contact in contacts:
            contact.phone_keys = stored_keys(contact.phone)
        Contact.objects.bulk_update(contacts, ["phone_keys"], batch_size=500)
    return len(contacts)
