"""Finding people: the search, a pasted list of references, and the page of one person."""
