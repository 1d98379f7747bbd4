from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "liandong.foundation.registers"
    label = "registers"
    verbose_name = "登记册"
