from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "liandong.contexts.notifications"
    label = "notifications"
    verbose_name = "通知"
