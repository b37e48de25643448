"""The outside world: other servers, other agencies, other machines.

Each gateway is a stranger to the domain and comes with a fake that tests can run. No rule about
cases, people or work lives here.
"""
