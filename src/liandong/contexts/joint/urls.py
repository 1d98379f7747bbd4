from django.urls import path

from .web import views

app_name = "joint"
urlpatterns = [
    path("<str:number>/give/", views.give, name="give"),
    path("<int:part_id>/why/", views.why, name="why"),
    path("<int:part_id>/<slug:action>/", views.act, name="act"),
]
