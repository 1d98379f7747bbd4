from django.urls import path

from .web import case, lists

app_name = "console"
urlpatterns = [
    path("", lists.home, name="home"),
    path("square/", lists.square, name="square"),
    path("tasks/", lists.tasks, name="tasks"),
    path("queue/", lists.queue, name="queue"),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/do/<str:action>/", case.act, name="act"),
    path("case/<str:number>/contact/<int:report_id>/", case.contact, name="contact"),
    path("case/<str:number>/contact/<int:report_id>/erase/", case.erase_contact, name="erase_contact"),
    path("case/<str:number>/process/", case.process_of, name="process"),
    path("case/<str:number>/same/", case.same, name="same"),
    path("case/<str:number>/sheet/", case.sheet, name="sheet"),
]
