"""Compare what is stored with what the records say, fact by fact, and change nothing.

differences    what differs in one image: pure
content        the bytes of one original, and the type of one rendition
verification   everything, page by page
"""

from renditions_cli.aws.verification.differences import Difference as Difference
from renditions_cli.aws.verification.differences import Discrepancy as Discrepancy
from renditions_cli.aws.verification.verification import Scope as Scope
from renditions_cli.aws.verification.verification import Verification as Verification
