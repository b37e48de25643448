"""A hasher for passwords of tests: the product's own, with so little work that a test does not wait for it.

What it makes the product's own verifies: how much work there is stands beside each hash.
"""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickHasher(ScryptPasswordHasher):
    """The product's hasher, a thousand times quicker."""

    work_factor = 2**4
