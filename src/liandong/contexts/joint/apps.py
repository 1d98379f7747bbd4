from django.apps import AppConfig


class JointConfig(AppConfig):
    name = "liandong.contexts.joint"
    label = "joint"
    verbose_name = "联合处置"
