"""The world of the state machine tests, in which every case of this folder runs."""

from tests.statemachine.conftest import (
    engine as engine,
)
from tests.statemachine.conftest import (
    everything as everything,
)
from tests.statemachine.conftest import (
    photo as photo,
)
from tests.statemachine.conftest import (
    services as services,
)
from tests.statemachine.conftest import (
    world as world,
)
