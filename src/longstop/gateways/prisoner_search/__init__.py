"""The prison service's Prisoner Search: everybody in the prisons asked for, as one file, whole or not at all.

Two questions of that service are asked, and why these two:

- *Who is in this prison?* `GET /prisoner-search/prison/{prisonId}`, the only one that also names restricted patients, who are in hospital
  and whom their prison still answers for. Its own documentation warns against turning its pages: they are sorted by a score that differs
  between shards. So only numbers are asked for, and a page holds more of them than any prison holds people: one answer, of one moment.
- *What is known of these people?* `POST /prisoner-search/prisoner-numbers`, by number, so that nobody is lost between two pages, and
  whoever has moved or left since the roll was read is told of all the same.

Refused: the records themselves in pages (a person who moves between two pages is on neither); `/prison/{prisonId}/prisoners`, which leaves
restricted patients out; `/attribute-search`, the same pages over all prisons at once; `/prisoner-location`, which tells no dates.

All rolls are read again at the end, until nobody is on them who has not been fetched: whoever was moved from a prison not yet read to one
read already is found there. The fake in `fake.py` is held to the service's own contract by tests.
"""

from longstop.gateways.prisoner_search.asking import Asker, Time, Trouble
from longstop.gateways.prisoner_search.collecting import Collected, Restless, collect
from longstop.gateways.prisoner_search.part import Part, PartUnusable
from longstop.gateways.prisoner_search.service import PrisonerSearch
from longstop.gateways.prisoner_search.settings import Settings, SettingsUnusable, read_prisons, read_settings

__all__ = [
    "Asker",
    "Collected",
    "Part",
    "PartUnusable",
    "PrisonerSearch",
    "Restless",
    "Settings",
    "SettingsUnusable",
    "Time",
    "Trouble",
    "collect",
    "read_prisons",
    "read_settings",
]
