"""Who answers for a spot, asked thousands of times a second: many at once, and answers that are put together."""
