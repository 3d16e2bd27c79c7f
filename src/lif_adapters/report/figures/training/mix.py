"""The mix of those who came to training, by agency and profession."""

from lif_adapters.report.entries import counted_entries, in_categories
from lif_adapters.report.model import Figure
from lif_adapters.report.tables import TableLayout
from lif_adapters.report.views import ReportViews
from lif_core.views.training import training


def mix_figure(views: ReportViews) -> Figure:
    """Return the figure of which agencies and professions came."""
    mix = views.training.mix
    sentence = f"The agency is known of {mix.of:,} of the {mix.attended:,} who came."
    return Figure(
        id="mix",
        title="Which agencies and professions came",
        text=(sentence,) if mix.attended else (),
        empty="Nobody's agency or profession is on record.",
        tables=views.lay_out(
            TableLayout(
                name="training.mix.agencies",
                caption="Agencies",
                first=lambda row: row.attended,
                keep=lambda row: row.represented is not None,
            ),
            TableLayout(
                name="training.mix.professions",
                caption="Professions",
                first=lambda row: row.attended,
            ),
        ),
        entries=counted_entries(views.history, training, in_categories("training_course", "body")),
    )
