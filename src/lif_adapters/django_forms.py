"""A form of Django for each command, made from its type (the extra `django`)."""

from functools import partial
from typing import Any

from django import forms

from lif_adapters.forms import FieldKind, FormField, form_fields
from lif_core.decisions.messages import Command

SEEN = "seen"
"""The field, hidden, for how many entries the stream had when the page was made."""
_AREA = partial(forms.CharField, widget=forms.Textarea(attrs={"rows": 4}))
_FIELDS: dict[FieldKind, Any] = {
    FieldKind.LABEL: forms.CharField,
    FieldKind.PROSE: _AREA,
    FieldKind.LINES: partial(_AREA, help_text="One a line."),
    FieldKind.JSON: partial(_AREA, help_text="As JSON."),
    FieldKind.DAY: partial(forms.DateField, widget=forms.DateInput(attrs={"type": "date"})),
    FieldKind.INSTANT: partial(forms.DateTimeField, help_text="As 2018-01-25 09:30."),
    FieldKind.NUMBER: forms.IntegerField,
    FieldKind.DECIMAL: forms.FloatField,
}


def form_for(command: type[Command]) -> type[forms.Form]:
    """Return the class of forms of a *command*, but for `by`, with a hidden field `seen`.

    Make the command of what is filled in with `lif_adapters.forms.command_of`.
    """
    fields: dict[str, Any] = {field.name: _drawn(field) for field in form_fields(command)}
    fields[SEEN] = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    return type(f"{command.__name__}Form", (forms.Form,), fields)


def _drawn(field: FormField) -> forms.Field:
    label = field.label if field.required else f"{field.label} (optional)"
    options: dict[str, Any] = {"label": label, "required": field.required}
    choices = ("yes", "no") if field.kind is FieldKind.FLAG else field.choices
    if choices:
        words = [(str(each), str(each).replace("-", " ")) for each in choices]
        return forms.ChoiceField(choices=[("", "Choose"), *words], **options)
    drawn: forms.Field = _FIELDS[field.kind](**options)
    return drawn
