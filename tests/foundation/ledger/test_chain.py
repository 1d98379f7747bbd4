import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from liandong.foundation.ledger.domain import chain, merkle
from liandong.foundation.ledger.domain.chain import (
    GENESIS,
    Head,
    NewEntry,
    NotCanonical,
    Stream,
    canonical,
    commitment,
    entry_hash,
    first_entries,
    link,
    new_salt,
)
from liandong.kernel.actor import Actor

CLERK = Actor(kind="staff", id=17)
NOON = datetime(2026, 11, 22, 12, 0, 0, 250, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | TEXT
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4))
PAYLOADS = st.dictionaries(TEXT, VALUES, max_size=5)
STREAMS = st.tuples(st.sampled_from(["case", "office"]), st.integers(1, 3))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
FEW = settings(max_examples=60, deadline=None)


def test_the_worked_example_of_the_documentation_holds():
    text = '["case",17,1,1795348800000250,"staff:17","CaseReceived",{"category":"SAN-01","类":["a",true,null]}]'
    by_hand = hashlib.sha256(bytes(32) + text.encode()).digest()

    payload = {"类": ["a", True, None], "category": "SAN-01"}
    assert entry_hash(GENESIS, Stream("case", 17), 1, NOON, "staff:17", "CaseReceived", payload) == by_hand
    assert by_hand.hex() == "bd43a55e32bf3eee882a96eb66c9ea88a734a630c01d2f55d116546146c2d30e"


def test_the_worked_seal_of_the_documentation_holds():
    entries = [
        NewEntry(("case", 17), "CaseReceived", {"类": ["a", True, None], "category": "SAN-01"}),
        NewEntry(("case", 17), "CaseAccepted", {"office": 3}),
        NewEntry(("case", 18), "CaseReceived", {}),
    ]
    drafts = first_entries(entries, actor=CLERK, at=NOON)
    leaves = [merkle.leaf(draft.stream, draft.seq, draft.hash) for draft in drafts]
    page = (Path(__file__).parents[3] / "docs" / "algorithms" / "ledger.md").read_text()
    for digest in (*(draft.hash for draft in drafts), *leaves, merkle.root_over(leaves)):
        assert digest.hex() in page
    assert merkle.path(leaves, 1) == [leaves[0], leaves[2]]


@FEW
@given(PAYLOADS)
def test_order_of_keys_does_not_change_the_hash(payload):
    backwards = dict(reversed(payload.items()))
    assert canonical(payload) == canonical(backwards)
    assert json.loads(canonical(payload)) == payload


def test_every_character_is_written_as_the_json_of_the_standard_library_writes_it():
    def by_hand(value):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    characters = [chr(code) for code in range(1, 0x110000) if not 0xD800 <= code <= 0xDFFF]
    text = "".join(characters)
    assert canonical(text) == by_hand(text)
    some = dict.fromkeys(characters[::97])
    assert canonical(some) == by_hand(some)


@FEW
@given(PAYLOADS)
def test_payload_is_written_as_the_json_of_the_standard_library_writes_it(payload):
    assert canonical(payload) == json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


@pytest.mark.django_db
def test_hash_outlasts_the_round_trip_through_jsonb_and_timestamptz():
    @FEW
    @given(payload=PAYLOADS, at=MOMENTS)
    def round_trip(payload, at):
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::jsonb, %s::timestamptz", [canonical(payload), at])
            stored_payload, stored_at = cursor.fetchone()
        before = entry_hash(GENESIS, ("case", 1), 1, at, "staff:1", "A", payload)
        assert entry_hash(GENESIS, ("case", 1), 1, stored_at, "staff:1", "A", json.loads(stored_payload)) == before

    round_trip()


@FEW
@given(st.lists(st.builds(NewEntry, STREAMS, TEXT, PAYLOADS), max_size=12))
def test_each_stream_is_a_chain_of_its_own_in_the_order_given(entries):
    drafts = first_entries(entries, actor=CLERK, at=NOON)

    reached: dict[Stream, Head] = {}
    for entry, draft in zip(entries, drafts, strict=True):
        before = reached.get(draft.stream, Head(0, GENESIS))
        assert draft.stream == entry.stream
        assert draft.seq == before.seq + 1
        assert draft.hash == entry_hash(
            before.hash, draft.stream, draft.seq, NOON, CLERK.ref, entry.action, entry.payload
        )
        reached[draft.stream] = Head(draft.seq, draft.hash)


@FEW
@given(PAYLOADS, PAYLOADS)
def test_any_other_content_gives_another_hash(one, two):
    def digest(**changed):
        fields = {
            "previous": GENESIS, "stream": ("case", 1), "seq": 1, "at": NOON, "actor": "staff:1", "action": "A",
            "payload": one,
        }  # fmt: skip
        return entry_hash(**(fields | changed))

    changes = [
        {"previous": bytes(31) + b"\1"},
        {"stream": ("case", 2)},
        {"stream": ("cases", 1)},
        {"seq": 2},
        {"at": NOON + timedelta(microseconds=1)},
        {"actor": "staff:2"},
        {"action": "B"},
    ]
    digests = {digest(), *(digest(**change) for change in changes)}
    assert len(digests) == len(changes) + 1
    assert (digest(payload=two) == digest()) == (canonical(one) == canonical(two))


def test_the_same_moment_in_another_zone_has_the_same_hash():
    beijing = NOON.astimezone(timezone(timedelta(hours=8)))
    hashes = {entry_hash(GENESIS, ("case", 1), 1, at, "staff:1", "A", {}) for at in (NOON, beijing)}
    assert len(hashes) == 1


def test_chain_goes_on_from_a_given_head():
    first, second = first_entries(
        [NewEntry(("case", 1), "A", {}), NewEntry(("case", 1), "B", {})], actor=CLERK, at=NOON
    )
    (again,) = link([NewEntry(("case", 1), "B", {})], actor=CLERK, at=NOON, heads={first.stream: Head(1, first.hash)})
    assert again == second


@pytest.mark.parametrize(
    ("payload", "complaint"),
    [
        ({"lon": 116.4}, "payload.lon: float"),
        ({"a": [{"b": {1.5: 1}}]}, "payload.a.0.b: key 1.5"),
        ({"at": NOON}, "payload.at: datetime"),
        ({"n": 2**63}, "64 bits"),
        ({"text": "a\0b"}, "payload.text: NUL"),
        ({"a\0b": 1}, "NUL"),
        ({"text": "\ud800"}, "surrogate"),
        ({"ids": (1, 2)}, "payload.ids: tuple"),
        ({"raw": b"x"}, "payload.raw: bytes"),
    ],
)
def test_values_that_the_database_would_change_are_refused_and_named(payload, complaint):
    with pytest.raises(NotCanonical, match=complaint):
        canonical(payload)


def test_naive_moment_is_refused():
    with pytest.raises(NotCanonical, match="time zone"):
        entry_hash(GENESIS, ("case", 1), 1, datetime(2026, 1, 1), "staff:1", "A", {})  # noqa: DTZ001


def test_enumerated_text_counts_as_its_text():
    class Channel(StrEnum):
        PHONE = "phone"

    class Safe(str):
        __slots__ = ()

    assert canonical({"channel": Channel.PHONE, "text": Safe("x")}) == '{"channel":"phone","text":"x"}'


def test_commitment_proves_the_text_only_together_with_its_salt():
    salt, fields = new_salt(), {"text": "路灯不亮", "phone": "100-0000-0000"}
    assert commitment(salt, fields) == commitment(salt, dict(reversed(fields.items())))
    assert commitment(salt, fields) != commitment(new_salt(), fields)
    assert commitment(salt, fields) != commitment(salt, fields | {"text": "路灯不亮。"})
    assert commitment(salt, fields) == hashlib.sha256(salt + canonical(fields).encode()).digest()


def test_commitment_refuses_a_short_salt():
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(b"salt", {})


@pytest.mark.parametrize("text", ["case:17", "a:b:3"])
def test_stream_is_read_from_its_own_text(text):
    assert str(chain.Stream.parse(text)) == text


@pytest.mark.parametrize("text", ["case", "17", "case:", ":17", "case:x"])
def test_text_that_is_no_stream_is_refused(text):
    with pytest.raises(ValueError, match=r"stream|invalid literal"):
        chain.Stream.parse(text)
