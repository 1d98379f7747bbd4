from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "liandong.foundation.ledger"
    label = "ledger"
    verbose_name = "留痕"
