"""Photos: checked, made anew without what a camera adds, kept as files beside the database, named by reports and steps."""
