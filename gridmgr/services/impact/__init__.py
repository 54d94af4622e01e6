"""What a draft does to people and cases: what changes hands, how the load shifts, and proposals to share it evenly."""
