"""The calls by which the definitions choose between two values, without a state that every upload would pay for.

They choose by whether two texts are equal: if so, the array of both has one element without duplicates, otherwise two.
A field that only some events have would not do, because a path to an absent field fails the execution. Every event has
a source.
"""

_CHOICE = (
    "States.ArrayGetItem(States.Array('neither', {}, {}), "
    "States.ArrayLength(States.ArrayUnique(States.Array('{}', {}))))"
)
_INPUT = "$$.Execution.Input.source"

# The origin: "upload" for an event of S3, otherwise the source.
ORIGINS = [_CHOICE.format("'upload'", source, "aws.s3", source) for source in ("$.source", "$.upload.source")]
# What a rejection keeps, by attribute: with OnRejected=remove nothing, but everything in a backfill.
KEPT = {
    name: _CHOICE.format(f"'{name}'", f"'${{RejectionPrefix}}{name}'", "backfill", _INPUT)
    for name in ("renditions", "served_etag", "version")
}
