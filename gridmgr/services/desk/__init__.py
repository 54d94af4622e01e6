"""What the dispatcher's desk asks: its queue, who could have a case, who else sits there, and what a shift leaves behind."""
