"""What the system keeps beside the log: who may decide, and what is to be sent."""

from django.conf import settings
from django.contrib import admin
from django.db import models


class Post(models.Model):
    """The post that a user holds: who they are on record, as what, and for which body."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    person = models.CharField(max_length=200)
    role = models.CharField(max_length=200)
    body = models.CharField(max_length=200)

    def __str__(self) -> str:
        return f"{self.person}, {self.role}, {self.body}"


class Notice(models.Model):
    """A notice of a decision, which is to be sent: there is none without its decision."""

    stream = models.CharField(max_length=240)
    text = models.TextField()


admin.site.register([Post, Notice])
