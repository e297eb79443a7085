"""An original with labels: the same in record and notice, and in every rendition."""

import json

from tests.statemachine.world import World
from tests.unit.imaging.labelled import AI, labelled, packet, seen


def test_labels_reach_record_notice_and_renditions(world: World) -> None:
    credit = '<photoshop:Credit>A &amp; "B" \\ {0} 🎉</photoshop:Credit>'
    upload = world.upload(labelled("JPEG", xmp=packet(credit, f'Iptc4xmpExt:DigitalSourceType="{AI}"')))
    execution = world.run(upload)
    assert execution.status == "SUCCEEDED"
    record, [message] = world.record(upload), world.received("subscribers")
    assert record is not None
    expected = {"digital_source_type": AI, "credit": 'A & "B" \\ {0} 🎉'}
    assert json.loads(record["labels"]) == message.notice["image"]["labels"] == expected
    for one in record["renditions"].values():
        stored = world.s3.get_object(Bucket=one["bucket"], Key=one["key"])["Body"].read()
        assert seen(stored) == {"DigitalSourceType": AI, "Credit": expected["credit"]}
