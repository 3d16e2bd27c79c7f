"""Every view that ships is found by its name, and imported no sooner."""

import pkgutil
import subprocess
import sys

from lif_core import views
from lif_core.views import PROJECTIONS


def test_each_is_found_by_the_name_that_it_bears() -> None:
    """The name is kept in saved views, and typed by people."""
    assert {name: name for name in PROJECTIONS} == {
        name: projection.name for name, projection in PROJECTIONS.items()
    }


def test_no_module_of_views_is_left_out() -> None:
    """A module or a folder has one projection."""
    homes = {home.partition(":")[0] for home in views._HOMES.values()}

    assert {module.name for module in pkgutil.iter_modules(views.__path__)} == homes


def test_an_application_loads_no_view_that_is_not_asked_for() -> None:
    """Not even provenance, by which `why` follows the links."""
    code = (
        "import sys; from lif_adapters.wiring import connect;"
        "print(*(name for name in sys.modules if name.startswith('lif_core.views.')))"
    )
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True
    ).stdout

    assert [] == output.split()
