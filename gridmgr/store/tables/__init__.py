"""The tables, a file for each noun: columns, constraints and indexes, and which class of the domain lives in each."""
