"""The addresses of the pages."""

from django.urls import path

from board import views

urlpatterns = [
    path("", views.listing, name="listing"),
    path("streams/<path:name>", views.stream, name="stream"),
    path("decide/<str:name>", views.decide, name="decide"),
]
