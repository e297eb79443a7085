"""Process many existing images again, or for the first time: with Backfill=on.

plan         what a plan says: its lines, and the document about it; pure
judging      what is to be done about one image, and whether it would be rejected; pure
planning     everything, page by page
plans        the plans that the stack keeps
estimate     what a plan takes, and how many images at once leave uploads their functions
runs         the executions of the state machine image_backfill
outcomes     what has become of each line of a plan
retrying     the lines for another plan, of what failed
connection   all of these, for a stack
"""
