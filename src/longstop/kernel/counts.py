"""How many of something there are, where nobody needs to know more than that they are very many."""


class AtLeast(int):
    """A count that was not carried on: there are so many, and more. It is shown as "10,000+", and counts as that many."""
