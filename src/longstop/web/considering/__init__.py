"""The screens of whoever considers: referrals, questions, departures and second looks, each owned, dated and decided by a named person."""
