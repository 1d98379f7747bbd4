from django.urls import path

from .web import administration, own, reporters

app_name = "notifications"
urlpatterns = [
    path("", own.listing, name="list"),
    path("bell/", own.bell, name="bell"),
    path("panel/", own.panel, name="panel"),
    path("read/", own.read, name="read_all"),
    path("<int:notification_id>/read/", own.read, name="read"),
    path("<int:notification_id>/open/", own.follow, name="open"),
    path("settings/", own.settings, name="settings"),
    path("settings/trial/", own.trial, name="trial"),
    path("deliveries/", administration.deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/retry/", administration.retry, name="retry"),
    path("dead-letters/", administration.dead_letters, name="dead_letters"),
    path("dead-letters/<int:letter_id>/revive/", administration.revive, name="revive"),
    path("dead-letters/jobs/<int:job_id>/revive/", administration.revive_job, name="revive_job"),
    path("chat-addresses/", administration.addresses, name="addresses"),
    path("chat-addresses/<int:address_id>/remove/", administration.remove_address, name="remove_address"),
    path("stop/<str:token>/", reporters.stop, name="stop"),
]
