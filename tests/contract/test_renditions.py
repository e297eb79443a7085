"""Everything that names the renditions agrees with the one list. A failure says which file to edit, and how."""

from tests.contract import renditions_in_definitions, renditions_in_docs
from tests.contract.same_for_each import report

LIST = "The renditions are those of `renditions()` in functions/renditions/settings.py."


def test_the_state_machines_have_a_block_for_each_rendition() -> None:
    report(LIST, renditions_in_definitions.problems())


def test_the_documents_list_each_rendition() -> None:
    report(LIST, renditions_in_docs.problems())
