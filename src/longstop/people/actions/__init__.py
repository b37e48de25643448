"""Every write about persons and the records about them."""

from longstop.people.actions.finding import key_again, key_everybody
from longstop.people.actions.forgetting import dispose_person
from longstop.people.actions.linking import Joined, NotLinked, join_person, part_person, unlink
from longstop.people.actions.taking import take_on, take_on_many
from longstop.people.rules import Record

__all__ = [
    "Joined",
    "NotLinked",
    "Record",
    "dispose_person",
    "join_person",
    "key_again",
    "key_everybody",
    "part_person",
    "take_on",
    "take_on_many",
    "unlink",
]
