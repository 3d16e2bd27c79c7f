"""The contract of a recorder, for an adapter's test suite, in three lines.

class TestMyRecorder(RecorderContract):
    def make(self, tmp_path):
        return MyRecorder(tmp_path / "lif.db")

Checks that need more of the adapter than `make` are skipped, each with the name of the hook that
it needs; see `StoreHooks`. Every check ends by itself.
"""

from lif_core.testing.log_contract import LogContract
from lif_core.testing.samples import moved as moved
from lif_core.testing.samples import pack as pack
from lif_core.testing.samples import read as read
from lif_core.testing.samples import receipt as receipt
from lif_core.testing.samples import rows_of as rows_of
from lif_core.testing.samples import stored as stored
from lif_core.testing.samples import view as view
from lif_core.testing.saved_view_contract import SavedViewContract
from lif_core.testing.shared_store_contract import SharedStoreContract
from lif_core.testing.store_failure_contract import StoreFailureContract


class RecorderContract(LogContract, SavedViewContract, SharedStoreContract, StoreFailureContract):
    """The behaviour of `lif_core.log.recorder.Recorder`; override `make`, and what else it can."""
