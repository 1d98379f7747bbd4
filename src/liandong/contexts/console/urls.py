from django.urls import path

from liandong.foundation.rooms import public as rooms

from .web import (
    absences,
    bulk,
    case,
    categories,
    export,
    handovers,
    home,
    lists,
    palette,
    past,
    queues,
    rooms_off,
    square,
    workload,
)

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("palette/", palette.palette, name="palette"),
    path("square/", square.square, name="square"),
    path("square/arrange/", square.arrange, name="arrange"),
    path("tasks/", lists.tasks, name="tasks"),
    path("past/", past.past, name="past"),
    path("queue/", queues.queue, name="queue"),
    path("queue/<str:number>/take/", queues.take, name="take_up"),
    path("queue/<str:number>/place-anew/", queues.place_anew, name="place_anew"),
    rooms.while_on(
        "batches",
        [
            path("bulk/", bulk.bulk, name="bulk"),
            path("bulk/<int:batch_id>/", bulk.batch, name="batch"),
            path("bulk/<int:batch_id>/plan/", bulk.plan, name="batch_plan"),
            path("bulk/<int:batch_id>/change/", bulk.change, name="batch_change"),
            path("bulk/<int:batch_id>/confirm/", bulk.confirm, name="batch_confirm"),
            path("bulk/<int:batch_id>/undo/", bulk.undo, name="batch_undo"),
            path("bulk/<int:batch_id>/progress/", bulk.progress, name="batch_progress"),
        ],
    ),
    path("categories/", categories.overview, name="categories"),
    path("rooms/", rooms_off.overview, name="rooms"),
    path("rooms/<slug:name>/on/", rooms_off.switch, {"is_on": True}, name="room_on"),
    path("rooms/<slug:name>/off/", rooms_off.switch, {"is_on": False}, name="room_off"),
    path("cells.geojson", square.cells, name="cells"),
    path("workload/", workload.workload, name="workload"),
    path("absences/", absences.absences, name="absences"),
    path("absences/<int:absence_id>/end/", absences.end, name="absence_end"),
    path("absences/<int:absence_id>/resume/", absences.resume, name="absence_resume"),
    path("export/", export.export, name="export"),
    rooms.while_on(
        "handovers",
        [
            path("handovers/", handovers.overview, name="handovers"),
            path("handovers/shifts/", handovers.shifts, name="shifts"),
            path("handovers/<int:handover_id>/acknowledge/", handovers.acknowledge, name="acknowledge"),
        ],
    ),
    path("case/<str:number>/", case.case, name="case"),
    path("case/<str:number>/news/", case.news, name="case_news"),
    path("case/<str:number>/do/<str:action>/", case.act, name="act"),
    path("case/<str:number>/undo/<str:action>/", case.undo, name="undo"),
    path("case/<str:number>/file/<int:attachment_id>/", case.file, name="case_file"),
    path("case/<str:number>/file/<int:attachment_id>/thumb/", case.file, {"thumb": True}, name="case_file_thumb"),
    path("case/<str:number>/sheet/", case.sheet, name="sheet"),
    *(
        path(f"case/<str:number>/{panel.name}/", case.panel, {"name": panel.name}, name=f"case_{panel.name}")
        for panel in rooms.lazy_panels("case")
    ),
]
