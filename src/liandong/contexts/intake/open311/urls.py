from django.urls import re_path

from . import views

FORMAT = r"(?:\.(?P<format>(?i:json|xml)))?/?$"
app_name = "open311"
urlpatterns = [
    re_path(rf"^discovery{FORMAT}", views.discovery, name="discovery"),
    re_path(rf"^v2/services{FORMAT}", views.services, name="services"),
    re_path(rf"^v2/services/(?P<code>[^/]+?){FORMAT}", views.definition, name="definition"),
    re_path(rf"^v2/requests{FORMAT}", views.requests, name="requests"),
    re_path(rf"^v2/requests/(?P<number>[^/]+?){FORMAT}", views.one_request, name="request"),
    re_path(rf"^v2/tokens/(?P<token>[^/]+?){FORMAT}", views.token, name="token"),
    re_path(r"^(?P<path>.*)$", views.unknown_path),
]
