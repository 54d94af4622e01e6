"""Grid management of a city: who answers for every spot, and for every kind of problem there."""

__version__ = "0.1.0"
