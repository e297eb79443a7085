"""The digest: one e-mail about all images since the last one, instead of one e-mail for each image.

A queue that is subscribed to the notices collects them. Nothing is lost: a notice leaves the queue only after the
e-mail that counts it.
"""

from renditions.digest.mail import Mail as Mail
from renditions.digest.mail import compose as compose
from renditions.digest.queue import Taken as Taken
from renditions.digest.queue import delete as delete
from renditions.digest.queue import take as take
