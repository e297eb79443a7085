"""What AWS asks for the work of a stack: list prices, and the costs that follow from them. Knows no AWS SDK.

``image_cost`` returns the itemized cost of one image, ``list_prices`` the prices that it takes.
"""

from renditions_cli.prices.costs import Item as Item
from renditions_cli.prices.costs import image_cost as image_cost
from renditions_cli.prices.costs import itemized as itemized
from renditions_cli.prices.costs import total as total
from renditions_cli.prices.list_prices import Prices as Prices
from renditions_cli.prices.list_prices import list_prices as list_prices
from renditions_cli.prices.transitions import count_transitions as count_transitions
from renditions_cli.prices.work import ImageWork as ImageWork
from renditions_cli.prices.work import Invocation as Invocation
